import { chownSync } from 'node:fs';
import type { Maker } from './maker.ts';

export const maker: Maker = {
  id: 'state/owner',
  base: 'serving',
  skip: () => (process.getuid?.() === 0 ? undefined : 'only root can give files away'),
  make: ({ paths }) => {
    chownSync(paths.config, 12_345, 12_345);
    return undefined;
  },
};
