import type { Maker } from './maker.ts';
import { realUnit } from './parts/real-unit.ts';

export const maker: Maker = {
  id: 'unit/package-gone',
  base: 'serving',
  make: (setup) => {
    realUnit(setup, { script: '/opt/clawdbot/dist/entry.js.gone/clawdbot/index.js' });
    return undefined;
  },
  mend: {
    byHand: (setup) => {
      realUnit(setup);
    },
    because: 'an editor opens',
  },
};
