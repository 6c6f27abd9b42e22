import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { after, test } from 'node:test';
import { type WebSocket, WebSocketServer } from 'ws';
import { type ClientOptions, connectGateway } from './client.ts';
import { RequestError } from './error-shape.ts';
import { generateDeviceKeys, openNodeSocket, signedConnectParams } from './host/index.ts';

const keys = generateDeviceKeys();
const servers: WebSocketServer[] = [];
after(() => {
  for (const server of servers) {
    for (const client of server.clients) client.terminate();
    server.close();
  }
});

const HELLO = { type: 'hello-ok', protocol: 3, policy: { tickIntervalMs: 30_000 } };
type Frame = { id: string; method: string; params: { device: { nonce?: string } } };

/** A gateway in a few lines: `onFrame` gets each parsed request. */
async function scripted(
  onFrame: (socket: WebSocket, frame: Frame) => void,
  nonce: string | undefined = 'n-1',
) {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  servers.push(server);
  server.on('connection', (socket) => {
    if (nonce !== undefined) {
      socket.send(JSON.stringify({ type: 'event', event: 'connect.challenge', payload: { nonce, ts: 1 } }));
    }
    socket.on('message', (data) => onFrame(socket, JSON.parse(String(data))));
  });
  await new Promise((resolve) => server.once('listening', resolve));
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function reply(socket: WebSocket, id: string, rest: object): void {
  socket.send(JSON.stringify({ type: 'res', id, ...rest }));
}

function options(url: string): ClientOptions {
  return {
    openSocket: () => openNodeSocket({ url }),
    connectParams: (challenge) =>
      signedConnectParams(
        { clientId: 'test', mode: 'test', role: 'operator', scopes: ['operator.admin'], version: '1', keys },
        challenge,
      ),
    connectTimeoutMs: 60_000,
  };
}

async function connected(url: string, extra: Partial<ClientOptions> = {}) {
  const outcome = await connectGateway({ ...options(url), ...extra });
  assert.equal(outcome.kind, 'connected');
  return outcome.connection;
}

test('connects with the nonce of the challenge, calls a method and sees events', async () => {
  const nonces: unknown[] = [];
  const events: string[] = [];
  const url = await scripted((socket, frame) => {
    if (frame.method === 'connect') nonces.push(frame.params.device.nonce);
    if (frame.method !== 'connect') socket.send('{"type":"event","event":"tick","payload":{}}');
    reply(socket, frame.id, {
      ok: true,
      payload: frame.method === 'connect' ? HELLO : { echo: frame.method },
    });
  });
  const connection = await connected(url, { onEvent: ({ event }) => events.push(event) });
  assert.deepEqual(await connection.request('health'), { echo: 'health' });
  assert.deepEqual(nonces, ['n-1']);
  assert.deepEqual(events, ['tick']);
  connection.close();
  await connection.closed;
});

test('connects without a nonce when no challenge comes', async () => {
  const nonces: unknown[] = [];
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  servers.push(server);
  server.on('connection', (socket) =>
    socket.on('message', (data) => {
      const frame: Frame = JSON.parse(String(data));
      nonces.push(frame.params.device.nonce);
      reply(socket, frame.id, { ok: true, payload: HELLO });
    }),
  );
  await new Promise((resolve) => server.once('listening', resolve));
  const connection = await connected(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  assert.deepEqual(nonces, [undefined]);
  connection.close();
});

test('tells a refusal with its error and close code from a lost connection', async () => {
  const refusing = await scripted((socket, { id }) => {
    reply(socket, id, {
      ok: false,
      error: { code: 'NOT_PAIRED', message: 'pairing required', details: { requestId: 'r' } },
    });
    socket.close(1008, 'pairing required');
  });
  assert.deepEqual(await connectGateway(options(refusing)), {
    kind: 'refused',
    error: { code: 'NOT_PAIRED', message: 'pairing required', details: { requestId: 'r' } },
    close: { code: 1008, reason: 'pairing required' },
  });
  const dropping = await scripted((socket) => socket.terminate());
  const lost = await connectGateway(options(dropping));
  assert.equal(lost.kind, 'closed');
  const nobody = await connectGateway(options('ws://127.0.0.1:1'));
  assert.ok(nobody.kind === 'closed' && nobody.cause?.includes('ECONNREFUSED'));
});

test('a call ends with TIMEOUT, ABORTED or CLOSED, and a gateway error keeps its shape', async () => {
  const url = await scripted((socket, { id, method }) => {
    if (method === 'connect') reply(socket, id, { ok: true, payload: HELLO });
    if (method === 'refuse') reply(socket, id, { ok: false, error: { code: 'UNAVAILABLE', message: 'no' } });
    if (method === 'drop') socket.terminate();
  });
  const connection = await connected(url);
  const codeOf = (promise: Promise<unknown>) =>
    promise.then(
      () => 'answered',
      (error) => (error instanceof RequestError ? error.shape.code : String(error)),
    );
  assert.equal(await codeOf(connection.request('silent', {}, { timeoutMs: 20 })), 'TIMEOUT');
  assert.equal(
    await codeOf(connection.request('silent', {}, { signal: AbortSignal.timeout(20) })),
    'ABORTED',
  );
  assert.equal(await codeOf(connection.request('refuse')), 'UNAVAILABLE');
  assert.equal(await codeOf(connection.request('drop')), 'CLOSED');
  assert.equal((await connection.closed).code, 1006);
});

test('gives up at the deadline and when told to', async () => {
  const silent = await scripted(() => undefined);
  assert.deepEqual(await connectGateway({ ...options(silent), connectTimeoutMs: 50 }), {
    kind: 'timeout',
    afterMs: 50,
  });
  assert.deepEqual(await connectGateway({ ...options(silent), signal: AbortSignal.abort() }), {
    kind: 'aborted',
  });
  assert.deepEqual(await connectGateway({ ...options(silent), signal: AbortSignal.timeout(30) }), {
    kind: 'aborted',
  });
});

test('closes with 4000 when nothing arrives for two tick intervals', async () => {
  const url = await scripted((socket, { id }) => {
    reply(socket, id, { ok: true, payload: { ...HELLO, policy: { tickIntervalMs: 100 } } });
  });
  const connection = await connected(url);
  assert.deepEqual(await connection.closed, { code: 4000, reason: 'tick timeout' });
});
