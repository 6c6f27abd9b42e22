import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cleanUp } from '../clean-up.ts';
import type { Maker } from './maker.ts';
import { NODE_FILES, nodeOf, startNode } from './parts/real-node.ts';

export const maker: Maker = {
  id: 'node/zombie',
  base: 'serving',
  make: async (setup) => {
    await startNode(setup, {
      args: ['--port', '1'],
      until: ({ state }) => state.state === 'backoff',
    });
    const node = nodeOf(setup);
    node.child.kill('SIGSTOP');
    cleanUp(setup.t, () => node.child.kill('SIGCONT'));
    // Eleven minutes later, without waiting for them.
    const path = join(setup.paths.stateDir, 'node-status.json');
    const later = readFileSync(path, 'utf8').replace(/\b1[78]\d{11}\b/g, (at) =>
      String(Number(at) - 660_000),
    );
    writeFileSync(path, later, { mode: 0o600 });
    return undefined;
  },
  mayChange: NODE_FILES,
};
