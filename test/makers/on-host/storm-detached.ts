import type { HostMaker } from '../host-maker.ts';

export const maker: HostMaker = {
  id: 'storm/detached',
  make: (setup) => setup.startByHand(),
  clean: (setup) => setup.endOwner(),
};
