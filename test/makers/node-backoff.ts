import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Maker } from './maker.ts';
import { backoff, writeNodeStatus } from './parts/living-node.ts';

export const maker: Maker = {
  id: 'node/backoff',
  base: 'serving',
  make: async (setup) => {
    await writeNodeStatus(setup, backoff('unreachable', 'connect ECONNREFUSED 192.0.2.1:443'));
    return undefined;
  },
  mend: ({ paths }) => rmSync(join(paths.stateDir, 'node-status.json')),
};
