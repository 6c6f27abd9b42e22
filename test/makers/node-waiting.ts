import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Maker } from './maker.ts';
import { writeNodeStatus } from './parts/living-node.ts';

export const maker: Maker = {
  id: 'node/waiting',
  base: 'serving',
  make: async (setup) => {
    await writeNodeStatus(setup, {
      state: {
        state: 'waiting-for-approval',
        since: 0,
        requestId: 'r',
        approveWith: ['clawdbot', 'devices', 'approve', 'r'],
      },
    });
    return undefined;
  },
  mend: ({ paths }) => rmSync(join(paths.stateDir, 'node-status.json')),
};
