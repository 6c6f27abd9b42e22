import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Maker } from './maker.ts';

export const maker: Maker = {
  id: 'sec/helpers',
  base: 'serving',
  make: ({ home, env }) => {
    const open = join(home, 'open');
    mkdirSync(open);
    chmodSync(open, 0o777);
    return { env: { ...env, PATH: `${open}:${env['PATH']}` } };
  },
  mend: { byHand: ({ home }) => chmodSync(join(home, 'open'), 0o755), because: 'PATH is that of a shell' },
};
