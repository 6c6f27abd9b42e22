import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Maker } from './maker.ts';
import { NODE_FILES, nodeOf, startNode } from './parts/real-node.ts';
import { stopBySignal } from './parts/stopped.ts';

export const maker: Maker = {
  id: 'node/zombie',
  base: 'serving',
  make: async (setup) => {
    await startNode(setup, {
      args: ['--port', '1'],
      until: ({ state }) => state.state === 'backoff',
    });
    await stopBySignal(setup, nodeOf(setup));
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
