import type { Maker } from './maker.ts';
import { endNode, NODE_FILES, startNode } from './parts/real-node.ts';
import { startRefusingGateway } from './parts/scripted-gateway.ts';

export const maker: Maker = {
  id: 'node/clock',
  base: 'serving',
  make: async (setup) => {
    // Our gateway gives its time with the challenge and the node signs that; an old one gives none and compares.
    const port = await startRefusingGateway(setup.t, { message: 'device signature expired', code: 1008 });
    await startNode(setup, {
      args: ['--port', String(port)],
      until: ({ state, lastError }) => state.state === 'backoff' && lastError?.class === 'refused',
    });
    return undefined;
  },
  mend: { byHand: endNode, because: 'the clock of the machine is not changed by a test' },
  mayChange: NODE_FILES,
};
