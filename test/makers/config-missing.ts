import { rmSync, writeFileSync } from 'node:fs';
import type { Maker } from './maker.ts';

export const maker: Maker = {
  id: 'config/missing',
  base: 'stopped',
  make: ({ paths }) => {
    rmSync(paths.config);
    return undefined;
  },
  mend: ({ configure, paths, port }) => {
    writeFileSync(paths.config, '{}', { mode: 0o600 });
    configure(() => ({ gateway: { mode: 'local', port } }));
  },
};
