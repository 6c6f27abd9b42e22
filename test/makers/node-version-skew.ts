import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Maker } from './maker.ts';
import { backoff, writeNodeStatus } from './parts/living-node.ts';

export const maker: Maker = {
  id: 'node/version-skew',
  base: 'serving',
  make: async (setup) => {
    await writeNodeStatus(
      setup,
      backoff('refused', 'the gateway refuses this node: protocol mismatch (it speaks 9)'),
    );
    return undefined;
  },
  mend: ({ paths }) => rmSync(join(paths.stateDir, 'node-status.json')),
};
