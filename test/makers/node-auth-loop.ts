import type { Maker } from './maker.ts';
import { NODE_FILES, startNode, startNodeRight } from './parts/real-node.ts';

export const maker: Maker = {
  id: 'node/auth-loop',
  base: 'serving',
  make: async (setup) => {
    await startNode(setup, {
      args: ['--port', String(setup.port)],
      env: { CLAWDBOT_GATEWAY_TOKEN: 'a-token-of-another-gateway' },
      until: ({ state, lastError }) => state.state === 'backoff' && lastError?.class === 'credentials',
    });
    return undefined;
  },
  mend: {
    byHand: startNodeRight,
    because: 'the node is started with the token of the gateway, which is in no command',
  },
  mayChange: NODE_FILES,
};
