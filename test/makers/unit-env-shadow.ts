import type { Maker } from './maker.ts';
import { realUnit } from './parts/real-unit.ts';

export const maker: Maker = {
  id: 'unit/env-shadow',
  base: 'serving',
  make: (setup) => {
    realUnit(setup, { service: ['Environment=CLAWDBOT_GATEWAY_TOKEN=some-other-token'] });
    return undefined;
  },
  mend: {
    byHand: (setup) => {
      realUnit(setup);
    },
    because: 'an editor opens',
  },
};
