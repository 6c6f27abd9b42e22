import type { HostMaker } from '../host-maker.ts';

export const maker: HostMaker = {
  id: 'storm/drain',
  make: (setup) => setup.dropIn(['[Service]', 'TimeoutStopSec=3']),
  mend: { typed: [0, 1] },
};
