import type { Maker } from './maker.ts';
import { kernelFiles, memoryOf } from './parts/kernel-files.ts';

export const maker: Maker = {
  id: 'unit/memory',
  base: 'serving',
  make: (setup) => ({
    kernelRoot: kernelFiles(setup, memoryOf(setup, { 'memory.events': 'max 90\noom 2\noom_kill 2' })),
  }),
  mend: {
    byHand: (setup) => kernelFiles(setup, memoryOf(setup)),
    because: 'the count ends with the group of the service; files stand in for cgroup v2',
  },
};
