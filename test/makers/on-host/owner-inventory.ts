import { until } from '../../systemd/until.ts';
import { type HostMaker, SERVICE } from '../host-maker.ts';

export const maker: HostMaker = {
  id: 'owner/inventory',
  make: async (setup) => {
    await setup.clawdbot('gateway', 'uninstall');
    await setup.host.alice(['systemd-run', '--user', '--unit=of-my-own', 'clawdbot', 'gateway', 'run']);
    await until('the gateway of that unit', () => setup.answers());
  },
  mend: {
    byHand: async (setup) => {
      await setup.systemctl('stop', 'of-my-own.service');
      await setup.clawdbot('gateway', 'install');
      await setup.systemctl('start', SERVICE);
    },
    because: 'the unit is stopped where it was made, then ours is installed',
  },
  clean: (setup) => setup.systemctl('stop', 'of-my-own.service'),
};
