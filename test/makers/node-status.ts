import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Maker } from './maker.ts';

export const maker: Maker = {
  id: 'node/status',
  base: 'serving',
  make: ({ paths }) => {
    writeFileSync(join(paths.stateDir, 'node-status.json'), '[', { mode: 0o600 });
    return undefined;
  },
};
