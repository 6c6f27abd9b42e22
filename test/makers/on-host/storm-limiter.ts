import type { HostMaker } from '../host-maker.ts';

export const maker: HostMaker = {
  id: 'storm/limiter',
  make: (setup) => setup.dropIn(['[Unit]', 'StartLimitIntervalSec=10', 'StartLimitBurst=5']),
  mend: { typed: [0, 1] },
};
