import type { HostMaker } from '../host-maker.ts';
import { publishedUnit, withoutPublishedUnit } from '../parts/published-unit.ts';

export const maker: HostMaker = {
  id: 'unit/orphans',
  make: (setup) => publishedUnit(setup, { service: ['KillMode=process'] }),
  mend: {
    byHand: (setup) => publishedUnit(setup, { service: ['KillMode=mixed'] }),
    because: 'an editor opens',
  },
  clean: withoutPublishedUnit,
};
