import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Maker } from './maker.ts';

export const maker: Maker = {
  id: 'logs/shared-tmp',
  base: 'serving',
  make: ({ paths }) => {
    // The gateway opens its log only after it serves.
    mkdirSync(paths.logDir, { recursive: true, mode: 0o700 });
    const log = join(paths.logDir, 'old.log');
    writeFileSync(log, 'x');
    chmodSync(log, 0o644);
    return undefined;
  },
};
