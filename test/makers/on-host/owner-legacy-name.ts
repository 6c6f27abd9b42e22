import type { HostMaker } from '../host-maker.ts';
import { PUBLISHED, publishedUnit, withoutPublishedUnit } from '../parts/published-unit.ts';

export const maker: HostMaker = {
  id: 'owner/legacy-name',
  make: async (setup) => {
    await publishedUnit(setup, {
      service: ['KillMode=mixed', 'OOMPolicy=continue', '[Install]', 'WantedBy=default.target'],
    });
    await setup.systemctl('enable', PUBLISHED);
  },
  clean: withoutPublishedUnit,
};
