import { rmSync } from 'node:fs';
import type { Maker } from './maker.ts';
import { NODE_FILES, startNode } from './parts/real-node.ts';
import { remoteGateway } from './parts/remote-gateway.ts';

export const maker: Maker = {
  id: 'node/waiting',
  base: 'stopped',
  make: async (setup) => {
    // A machine that is a node and nothing else.
    rmSync(setup.paths.config);
    const { port, token } = await remoteGateway(setup);
    await startNode(setup, {
      args: ['--port', String(port)],
      env: { CLAWDBOT_GATEWAY_TOKEN: token },
      until: ({ state }) => state.state === 'waiting-for-approval',
    });
    return undefined;
  },
  mend: {
    byHand: async (setup) => (await remoteGateway(setup)).approveAll(),
    because: 'the command is typed on the machine of the gateway',
  },
  mayChange: NODE_FILES,
};
