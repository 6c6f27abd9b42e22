import { mkdirSync, renameSync, rmdirSync } from 'node:fs';
import type { Maker } from './maker.ts';

export const maker: Maker = {
  id: 'config/unreadable',
  base: 'stopped',
  make: ({ paths }) => {
    renameSync(paths.config, `${paths.config}.was`);
    mkdirSync(paths.config);
    return undefined;
  },
  mend: {
    byHand: ({ paths }) => {
      rmdirSync(paths.config);
      renameSync(`${paths.config}.was`, paths.config);
    },
    because: 'what stands in its place is not ours to remove',
  },
};
