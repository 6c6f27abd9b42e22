import type { Maker } from './maker.ts';
import { realUnit } from './parts/real-unit.ts';

export const maker: Maker = {
  id: 'unit/orphans',
  base: 'serving',
  make: (setup) => {
    realUnit(setup, { service: ['KillMode=process'] });
    return undefined;
  },
  mend: {
    byHand: (setup) => {
      realUnit(setup);
    },
    because: 'an editor opens',
  },
};
