import { truncateSync } from 'node:fs';
import type { Maker } from './maker.ts';

export const maker: Maker = {
  id: 'config/write',
  base: 'serving',
  make: ({ paths }) => {
    truncateSync(paths.config, 40);
    return undefined;
  },
};
