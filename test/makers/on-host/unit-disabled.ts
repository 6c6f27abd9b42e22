import { type HostMaker, SERVICE } from '../host-maker.ts';

export const maker: HostMaker = {
  id: 'unit/disabled',
  make: (setup) => setup.systemctl('disable', SERVICE),
};
