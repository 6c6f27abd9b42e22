import type { Maker } from './maker.ts';
import { endNode, NODE_FILES, startNode } from './parts/real-node.ts';
import { gatewayAnswers, until } from './setup.ts';

export const maker: Maker = {
  id: 'node/certificate',
  base: 'stopped',
  make: async (setup) => {
    setup.configure((config) => {
      config.gateway.tls = { enabled: true };
    });
    setup.clawdbot('gateway', 'run');
    await until('the gateway to answer', () => gatewayAnswers(setup.port, 'https'));
    await startNode(setup, {
      args: ['--port', String(setup.port), '--tls', '--tls-fingerprint', 'ab'.repeat(32)],
      until: ({ state, lastError }) => state.state === 'backoff' && lastError?.class === 'refused',
    });
    return undefined;
  },
  mend: {
    byHand: endNode,
    because: 'the new fingerprint comes from the gateway machine, past the connection in doubt',
  },
  mayChange: NODE_FILES,
};
