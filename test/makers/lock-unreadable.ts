import { writeFileSync } from 'node:fs';
import { holderPath } from '../../src/supervisor/index.ts';
import type { Maker } from './maker.ts';

export const maker: Maker = {
  id: 'lock/unreadable',
  base: 'serving',
  make: ({ paths }) => {
    writeFileSync(holderPath(paths.stateDir), 'rubbish');
    return undefined;
  },
};
