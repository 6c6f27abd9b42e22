import type { TestContext } from 'node:test';
import { WebSocketServer } from 'ws';
import { cleanUp } from '../../clean-up.ts';

/** A gateway that refuses whoever connects, in the words of the real one (gateway-protocol §10). Gives its port. */
export async function startRefusingGateway(
  t: TestContext,
  refusal: { message: string; details?: Record<string, unknown>; code: number },
): Promise<number> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  cleanUp(t, () => server.close());
  server.on('connection', (socket) => {
    socket.send(JSON.stringify({ type: 'event', event: 'connect.challenge', payload: { nonce: 'n' } }));
    socket.on('message', (data) => {
      const { id } = JSON.parse(String(data));
      const { message, details, code } = refusal;
      const error = { code: 'INVALID_REQUEST', message, ...(details === undefined ? {} : { details }) };
      socket.send(JSON.stringify({ type: 'res', id, ok: false, error }));
      socket.close(code, message);
    });
  });
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('cannot get the port');
  return address.port;
}

/** A gateway of protocol 4 as OpenClaw is: the node is let in, and what it offers waits. Gives its port and the approval. */
export async function startSecondApprovalGateway(
  t: TestContext,
  requestId: string,
): Promise<{ port: number; approve: () => void }> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  cleanUp(t, () => server.close());
  let isApproved = false;
  server.on('connection', (socket) => {
    const send = (frame: object) => socket.send(JSON.stringify(frame));
    send({
      type: 'event',
      event: 'connect.challenge',
      payload: { nonce: 'n', ts: Date.now(), capabilities: [] },
    });
    socket.on('message', (data) => {
      const { id, method } = JSON.parse(String(data));
      if (method === 'connect') send({ type: 'res', id, ok: true, payload: HELLO });
      else if (method === 'node.runnerInventory.update' && !isApproved) {
        const message = `node capability surface is awaiting operator approval; run \`openclaw nodes approve ${requestId}\``;
        send({ type: 'res', id, ok: false, error: { code: 'UNAVAILABLE', message } });
      } else send({ type: 'res', id, ok: true, payload: {} });
    });
  });
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('cannot get the port');
  return {
    port: address.port,
    approve: () => {
      isApproved = true;
      const payload = { requestId, decision: 'approved' };
      for (const client of server.clients)
        client.send(JSON.stringify({ type: 'event', event: 'node.pair.resolved', payload }));
    },
  };
}

const HELLO = {
  type: 'hello-ok',
  protocol: 4,
  server: { version: '2026.9.6', connId: 'c' },
  features: { methods: ['node.list'], events: [] },
  snapshot: { presence: [], health: {}, stateVersion: { presence: 0, health: 0 }, uptimeMs: 1 },
  auth: { role: 'node', scopes: [] },
  policy: { maxPayload: 1_000_000, maxBufferedBytes: 1_000_000, tickIntervalMs: 30_000 },
};
