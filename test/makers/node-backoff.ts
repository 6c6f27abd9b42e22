import type { Maker } from './maker.ts';
import { endNode, NODE_FILES, startNode } from './parts/real-node.ts';

export const maker: Maker = {
  id: 'node/backoff',
  base: 'serving',
  make: async (setup) => {
    // Nobody listens on port 1.
    await startNode(setup, {
      args: ['--port', '1'],
      until: ({ state }) => state.state === 'backoff' && (state.attempt ?? 0) >= 3,
    });
    return undefined;
  },
  mend: {
    byHand: async (setup) => {
      await endNode(setup);
      await startNode(setup, {
        args: ['--port', String(setup.port)],
        until: ({ state }) => state.state === 'connected',
      });
    },
    because: 'what is in the way is beyond this machine',
  },
  mayChange: NODE_FILES,
};
