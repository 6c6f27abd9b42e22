import type { Maker } from './maker.ts';
import { realUnit } from './parts/real-unit.ts';

export const maker: Maker = {
  id: 'unit/env-leak',
  base: 'serving',
  make: (setup) => {
    realUnit(setup, { service: ['Environment=CLAWDBOT_PROFILE=undefined'] });
    return undefined;
  },
  mend: {
    byHand: (setup) => {
      realUnit(setup);
    },
    because: 'an editor opens',
  },
};
