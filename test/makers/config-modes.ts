import { chmodSync } from 'node:fs';
import type { Maker } from './maker.ts';

export const maker: Maker = {
  id: 'config/modes',
  base: 'serving',
  make: ({ paths }) => {
    chmodSync(paths.config, 0o644);
    chmodSync(paths.stateDir, 0o755);
    return undefined;
  },
  mend: { typed: [0, 1] },
};
