import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Maker } from './maker.ts';

export const maker: Maker = {
  id: 'legacy/modes',
  base: 'serving',
  make: (setup) => {
    const directory = join(setup.home, '.openclaw');
    mkdirSync(directory);
    chmodSync(directory, 0o755);
    writeFileSync(join(directory, 'openclaw.json'), '{}');
    chmodSync(join(directory, 'openclaw.json'), 0o644);
    return undefined;
  },
  mend: { typed: [0, 1] },
};
