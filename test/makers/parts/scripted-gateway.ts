import type { TestContext } from 'node:test';
import { WebSocketServer } from 'ws';

/** A gateway that refuses whoever connects, in the words of the real one (gateway-protocol §10). Gives its port. */
export async function startRefusingGateway(
  t: TestContext,
  refusal: { message: string; details?: Record<string, unknown>; code: number },
): Promise<number> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  t.after(() => server.close());
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
