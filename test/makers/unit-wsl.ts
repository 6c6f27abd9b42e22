import type { Maker } from './maker.ts';
import { kernelFiles, memoryOf } from './parts/kernel-files.ts';

const WSL = 'Linux version 5.15.153.1-microsoft-standard-WSL2 (root@x)';

export const maker: Maker = {
  id: 'unit/wsl',
  base: 'serving',
  make: (setup) => ({
    kernelRoot: kernelFiles(setup, { ...memoryOf(setup), '/proc/version': WSL, '/proc/1/comm': 'init' }),
  }),
  mend: {
    byHand: (setup) => kernelFiles(setup, { '/proc/1/comm': 'systemd' }),
    because: 'systemd=true is set in Windows and needs a restart from there; files stand in for WSL',
  },
};
