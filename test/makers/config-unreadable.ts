import { mkdirSync, rmSync } from 'node:fs';
import type { Maker } from './maker.ts';

export const maker: Maker = {
  id: 'config/unreadable',
  base: 'stopped',
  make: ({ paths }) => {
    rmSync(paths.config);
    mkdirSync(paths.config);
    return undefined;
  },
};
