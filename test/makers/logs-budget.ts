import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Maker } from './maker.ts';

export const maker: Maker = {
  id: 'logs/budget',
  base: 'serving',
  make: ({ configure, paths }) => {
    configure((config) => {
      config.logging = { maxBytes: 65_536 };
    });
    const log = join(paths.logDir, 'gateway.log.1');
    writeFileSync(log, 'x'.repeat(400_000), { mode: 0o600 });
    return undefined;
  },
  mend: {
    byHand: ({ paths }) => rmSync(join(paths.logDir, 'gateway.log.1')),
    because: 'what fills the disk is for a person to delete',
  },
};
