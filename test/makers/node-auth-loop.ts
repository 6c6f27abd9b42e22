import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Maker } from './maker.ts';
import { backoff, writeNodeStatus } from './parts/living-node.ts';

export const maker: Maker = {
  id: 'node/auth-loop',
  base: 'serving',
  make: async (setup) => {
    await writeNodeStatus(setup, backoff('credentials', 'the gateway does not accept the credentials'));
    return undefined;
  },
  mend: ({ paths }) => rmSync(join(paths.stateDir, 'node-status.json')),
};
