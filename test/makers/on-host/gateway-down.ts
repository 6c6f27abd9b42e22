import { type HostMaker, SERVICE, SOCKET } from '../host-maker.ts';

export const maker: HostMaker = {
  id: 'gateway/down',
  make: (setup) => setup.systemctl('stop', SERVICE, SOCKET),
};
