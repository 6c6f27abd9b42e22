import type { Maker } from './maker.ts';
import { endNode, NODE_FILES, startNode } from './parts/real-node.ts';
import { startRefusingGateway } from './parts/scripted-gateway.ts';

export const maker: Maker = {
  id: 'node/version-skew',
  base: 'serving',
  make: async (setup) => {
    const port = await startRefusingGateway(setup.t, {
      message: 'protocol mismatch',
      details: { expectedProtocol: 9 },
      code: 1002,
    });
    await startNode(setup, {
      args: ['--port', String(port)],
      until: ({ state, lastError }) => state.state === 'backoff' && lastError?.class === 'refused',
    });
    return undefined;
  },
  mend: { byHand: endNode, because: 'the older side is updated where it was installed from' },
  mayChange: NODE_FILES,
};
