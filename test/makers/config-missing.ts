import { rmSync } from 'node:fs';
import type { Maker } from './maker.ts';

export const maker: Maker = {
  id: 'config/missing',
  base: 'stopped',
  make: ({ paths }) => {
    rmSync(paths.config);
    return undefined;
  },
  mend: { typed: [1] },
};
