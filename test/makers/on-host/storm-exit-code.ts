import { property } from '../../systemd/installed-copy.ts';
import { until } from '../../systemd/until.ts';
import { type HostMaker, SERVICE } from '../host-maker.ts';

export const maker: HostMaker = {
  id: 'storm/exit-code',
  make: async (setup) => {
    await setup.dropIn([
      ...['[Unit]', 'StartLimitIntervalSec=2h', 'StartLimitBurst=500'],
      ...['[Service]', 'Type=simple', 'ExecStart=', 'ExecStart=/bin/false', 'RestartSec=1', 'RestartSteps=0'],
    ]);
    await setup.systemctl('restart', SERVICE);
    const isLooping = async () => Number(await property(setup.host, SERVICE, 'NRestarts')) >= 3;
    await until('some restarts', isLooping);
  },
};
