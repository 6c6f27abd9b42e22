import { readNodeStatus } from '../../src/node/index.ts';
import type { Maker } from './maker.ts';
import { NODE_FILES, startNode } from './parts/real-node.ts';
import { startSecondApprovalGateway } from './parts/scripted-gateway.ts';
import { until } from './setup.ts';

let approve = (): void => {};

export const maker: Maker = {
  id: 'node/offer-waiting',
  base: 'serving',
  make: async (setup) => {
    const gateway = await startSecondApprovalGateway(setup.t, '0f0e0d0c-0000-4000-8000-000000000015');
    ({ approve } = gateway);
    await startNode(setup, {
      args: ['--port', String(gateway.port)],
      until: ({ state }) => state.state === 'connected' && state.offerWaiting !== undefined,
    });
    return undefined;
  },
  mend: {
    byHand: async (setup) => {
      approve();
      await until('the node to hear of it', () => {
        const reading = readNodeStatus(setup.paths.stateDir);
        return Promise.resolve(
          reading.kind === 'status' &&
            reading.status.state.state === 'connected' &&
            reading.status.state.offerWaiting === undefined,
        );
      });
    },
    because: 'the command is typed on the machine of that gateway',
  },
  mayChange: NODE_FILES,
};
