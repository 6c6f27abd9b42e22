import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Maker } from './maker.ts';

export const maker: Maker = {
  id: 'logs/shared-tmp',
  base: 'serving',
  make: ({ paths }) => {
    const log = join(paths.logDir, 'old.log');
    writeFileSync(log, 'x');
    chmodSync(log, 0o644);
    return undefined;
  },
  mend: ({ paths }) => rmSync(join(paths.logDir, 'old.log')),
};
