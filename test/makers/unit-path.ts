import type { Maker } from './maker.ts';
import { realUnit } from './parts/real-unit.ts';

export const maker: Maker = {
  id: 'unit/path',
  base: 'serving',
  make: (setup) => {
    realUnit(setup, { service: ['Environment=PATH=bin:/usr/bin'] });
    return undefined;
  },
  mend: {
    byHand: (setup) => {
      realUnit(setup);
    },
    because: 'an editor opens',
  },
};
