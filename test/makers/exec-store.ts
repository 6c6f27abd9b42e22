import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Maker } from './maker.ts';

export const maker: Maker = {
  id: 'exec/store',
  base: 'serving',
  make: ({ paths }) => {
    mkdirSync(dirname(paths.execApprovals), { recursive: true });
    writeFileSync(paths.execApprovals, '{"version":1,"defaults":{"security":"maybe"}}', { mode: 0o600 });
    return undefined;
  },
  mend: {
    byHand: ({ paths }) => rmSync(paths.execApprovals),
    because: 'only a person knows which word was meant',
  },
};
