import type { Maker } from './maker.ts';
import { kernelFiles, memoryOf } from './parts/kernel-files.ts';

export const maker: Maker = {
  id: 'unit/memory',
  base: 'serving',
  make: (setup) => ({
    kernelRoot: kernelFiles(
      setup,
      memoryOf(setup, { 'memory.stat': 'anon 280000000\ninactive_file 9000000' }),
    ),
  }),
  mend: {
    byHand: (setup) => kernelFiles(setup, memoryOf(setup)),
    because: 'how much a service may take is for a person to say; files stand in for cgroup v2',
  },
};
