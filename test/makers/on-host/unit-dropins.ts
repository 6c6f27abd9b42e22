import { type HostMaker, SERVICE, UNITS } from '../host-maker.ts';

export const maker: HostMaker = {
  id: 'unit/dropins',
  make: (setup) => setup.writeAsAlice(`${UNITS}/${SERVICE}.d/override.conf`, ['[Service]', 'Nice=5']),
};
