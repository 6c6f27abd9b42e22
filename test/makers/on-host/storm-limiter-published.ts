import type { HostMaker } from '../host-maker.ts';
import { publishedUnit, withoutPublishedUnit } from '../parts/published-unit.ts';

/** The limit of a published unit as it is written: 5 starts in 10 s do not fit beside pauses of 5 s. */
export const maker: HostMaker = {
  id: 'storm/limiter',
  make: (setup) => publishedUnit(setup, { service: ['Restart=always', 'RestartSec=5'] }),
  mend: {
    byHand: (setup) => publishedUnit(setup, { service: ['Restart=no'] }),
    because: 'an editor opens',
  },
  clean: withoutPublishedUnit,
};
