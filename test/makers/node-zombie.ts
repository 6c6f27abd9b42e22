import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Maker } from './maker.ts';
import { writeNodeStatus } from './parts/living-node.ts';

export const maker: Maker = {
  id: 'node/zombie',
  base: 'serving',
  make: async (setup) => {
    await writeNodeStatus(setup, {
      state: { state: 'backoff', attempt: 2 },
      nextAttemptAt: Date.now() - 600_000,
      updatedAt: Date.now() - 660_000,
    });
    return undefined;
  },
  mend: ({ paths }) => rmSync(join(paths.stateDir, 'node-status.json')),
};
