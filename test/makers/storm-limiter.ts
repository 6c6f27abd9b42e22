import type { Maker } from './maker.ts';
import { realUnit } from './parts/real-unit.ts';

export const maker: Maker = {
  id: 'storm/limiter',
  base: 'serving',
  make: (setup) => {
    realUnit(setup, { service: ['StartLimitBurst=3'] });
    return undefined;
  },
  mend: {
    byHand: (setup) => {
      realUnit(setup);
    },
    because: 'an editor opens',
  },
};
