import type { HostMaker } from '../host-maker.ts';

export const maker: HostMaker = {
  id: 'unit/orphans',
  make: (setup) => setup.dropIn(['[Service]', 'KillMode=process']),
  mend: { typed: [0, 1] },
};
