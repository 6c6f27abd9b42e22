import type { Maker } from './maker.ts';
import { realUnit } from './parts/real-unit.ts';

export const maker: Maker = {
  id: 'unit/runtime-gone',
  base: 'serving',
  make: (setup) => {
    realUnit(setup, { program: '/home/nobody/.nvm/versions/node/v24.0.0/bin/node' });
    return undefined;
  },
  mend: {
    byHand: (setup) => {
      realUnit(setup);
    },
    because: 'an editor opens',
  },
};
