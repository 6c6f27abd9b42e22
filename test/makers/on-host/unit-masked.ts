import { rmSync, symlinkSync } from 'node:fs';
import { type HostMaker, SERVICE, SOCKET, UNITS } from '../host-maker.ts';

export const maker: HostMaker = {
  id: 'unit/masked',
  make: async (setup) => {
    await setup.systemctl('stop', SERVICE, SOCKET);
    const path = setup.host.path(`${UNITS}/${SERVICE}`);
    rmSync(path);
    symlinkSync('/dev/null', path);
    await setup.systemctl('daemon-reload');
  },
};
