import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Maker } from './maker.ts';
import { realUnit } from './parts/real-unit.ts';

export const maker: Maker = {
  id: 'unit/versioned-runtime',
  base: 'serving',
  make: (setup) => {
    const directory = join(setup.home, '.nvm', 'versions', 'node', 'v24.0.0', 'bin');
    mkdirSync(directory, { recursive: true });
    symlinkSync(process.execPath, join(directory, 'node'));
    realUnit(setup, { program: join(directory, 'node') });
    return undefined;
  },
  mend: {
    byHand: (setup) => {
      realUnit(setup);
    },
    because: 'an editor opens',
  },
};
