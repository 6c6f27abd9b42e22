import { property } from '../../systemd/installed-copy.ts';
import { until } from '../../systemd/until.ts';
import { type HostMaker, SERVICE } from '../host-maker.ts';

export const maker: HostMaker = {
  id: 'storm/latched',
  make: async (setup) => {
    await setup.dropIn([
      ...['[Unit]', 'StartLimitIntervalSec=60', 'StartLimitBurst=3'],
      ...['[Service]', 'ExecStart=', 'ExecStart=/bin/false', 'RestartSec=100ms'],
    ]);
    await setup.systemctl('restart', SERVICE);
    const hasGivenUp = async () => (await property(setup.host, SERVICE, 'ActiveState')) === 'failed';
    await until('systemd to give up', hasGivenUp);
  },
  mend: {
    first: (setup) => setup.withoutDropIn(),
    typed: [0],
  },
};
