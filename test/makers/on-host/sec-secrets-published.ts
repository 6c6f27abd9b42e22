import { type HostMaker, UNITS } from '../host-maker.ts';
import { PUBLISHED, publishedUnit, withoutPublishedUnit } from '../parts/published-unit.ts';

export const maker: HostMaker = {
  id: 'sec/secrets',
  make: async (setup) => {
    await publishedUnit(setup, { service: ['Environment=OPENCLAW_API_KEY=not-a-real-key'] });
    await setup.host.alice(['chmod', '0644', `${UNITS}/${PUBLISHED}`]);
  },
  mend: { typed: [0] },
  clean: withoutPublishedUnit,
};
