import { property } from '../../systemd/installed-copy.ts';
import { until } from '../../systemd/until.ts';
import type { HostMaker } from '../host-maker.ts';
import { PUBLISHED, publishedUnit, withoutPublishedUnit } from '../parts/published-unit.ts';

/** A unit of another product is started again and again while our gateway has the port. */
export const maker: HostMaker = {
  id: 'owner/two-owners',
  make: async (setup) => {
    await publishedUnit(setup, {
      unit: ['StartLimitIntervalSec=600', 'StartLimitBurst=60'],
      service: ['KillMode=mixed', 'OOMPolicy=continue', 'Restart=always', 'RestartSec=1'],
    });
    await setup.systemctl('start', PUBLISHED);
    await until(
      'a restart by systemd',
      async () => Number(await property(setup.host, PUBLISHED, 'NRestarts')) > 0,
      20_000,
    );
  },
  clean: withoutPublishedUnit,
};
