import { randomBytes } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import type { Maker } from './maker.ts';

export const maker: Maker = {
  id: 'node/store',
  base: 'stopped',
  make: ({ paths }) => {
    writeFileSync(paths.database, randomBytes(8_192), { mode: 0o600 });
    return undefined;
  },
  mend: {
    byHand: ({ paths }) => rmSync(paths.database),
    because: 'restored or given up by a person',
  },
};
