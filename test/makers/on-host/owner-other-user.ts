import { until } from '../../systemd/until.ts';
import { type HostMaker, SERVICE, SOCKET } from '../host-maker.ts';

export const maker: HostMaker = {
  id: 'owner/other-user',
  make: async (setup) => {
    await setup.systemctl('stop', SERVICE, SOCKET);
    setup.host.start('root', ['clawdbot', 'gateway', 'run', '--allow-unconfigured', '--auth', 'none']);
    await until('the gateway of root', () => setup.answers());
  },
  mend: { typed: [0, 1] },
  clean: ({ host }) => host.root(['clawdbot', 'gateway', 'stop']),
};
