import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { InvokeRequest } from '../../src/protocol/index.ts';
import { startTestGateway } from './support/gateway.ts';
import { connectNode, connectOperator } from './support/peers.ts';

test('an operator sees a node and gets its answer', async (t) => {
  const gateway = await startTestGateway(t);
  const operator = await connectOperator(gateway);
  const node = await connectNode(gateway, {
    displayName: 'build box',
    onEvent: ({ event, payload }, connection) => {
      if (event !== 'node.invoke.request') return;
      const { id, nodeId, paramsJSON } = payload as InvokeRequest;
      void connection?.request('node.invoke.result', {
        id,
        nodeId,
        ok: true,
        payloadJSON: paramsJSON ?? 'null',
      });
    },
  });
  const { nodes } = (await operator.request('node.list')) as {
    nodes: { nodeId: string; connected: boolean }[];
  };
  assert.equal(nodes.length, 1);
  assert.equal(nodes[0]?.connected, true);
  const answer = await operator.request('node.invoke', {
    nodeId: node.keys.deviceId,
    command: 'system.which',
    params: { bins: ['sh'] },
    idempotencyKey: 'k1',
  });
  assert.deepEqual(answer, {
    ok: true,
    nodeId: node.keys.deviceId,
    command: 'system.which',
    payload: { bins: ['sh'] },
    payloadJSON: '{"bins":["sh"]}',
  });
});
