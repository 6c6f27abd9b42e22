import type { Maker } from './maker.ts';
import { NODE_FILES, startNode, startNodeRight } from './parts/real-node.ts';

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
    byHand: startNodeRight,
    because: 'what is in the way is beyond this machine',
  },
  mayChange: NODE_FILES,
};
