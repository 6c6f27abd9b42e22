import { chmodSync, cpSync, renameSync } from 'node:fs';
import type { Maker } from './maker.ts';

export const maker: Maker = {
  id: 'lock/lost',
  base: 'serving',
  make: ({ paths }) => {
    // A restore from a backup: another directory stands where the locked one was.
    renameSync(paths.stateDir, `${paths.stateDir}.was`);
    cpSync(`${paths.stateDir}.was`, paths.stateDir, {
      recursive: true,
      preserveTimestamps: true,
      filter: (path) => !path.endsWith('.sock'),
    });
    chmodSync(paths.stateDir, 0o700);
    return undefined;
  },
  mend: { typed: [0, 1] },
};
