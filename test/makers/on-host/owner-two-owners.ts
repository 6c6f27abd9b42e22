import { property } from '../../systemd/installed-copy.ts';
import { until } from '../../systemd/until.ts';
import { type HostMaker, UNITS } from '../host-maker.ts';

const UNIT = 'openclaw-gateway.service';

/** A unit of another product is started again and again while our gateway has the port. */
export const maker: HostMaker = {
  id: 'owner/two-owners',
  make: async (setup) => {
    await setup.writeAsAlice(`${UNITS}/${UNIT}`, [
      ...['[Unit]', 'StartLimitIntervalSec=600', 'StartLimitBurst=60'],
      ...['[Service]', 'ExecStart=/usr/bin/env openclaw gateway --port 18789', 'KillMode=mixed'],
      ...['OOMPolicy=continue', 'Restart=always', 'RestartSec=1'],
    ]);
    await setup.systemctl('daemon-reload');
    await setup.systemctl('start', UNIT);
    await until(
      'a restart by systemd',
      async () => Number(await property(setup.host, UNIT, 'NRestarts')) > 0,
    );
  },
  clean: async (setup) => {
    await setup.systemctl('stop', UNIT);
    await setup.host.root(['rm', `${UNITS}/${UNIT}`]);
    await setup.systemctl('daemon-reload');
  },
};
