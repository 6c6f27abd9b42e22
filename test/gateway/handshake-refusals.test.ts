import assert from 'node:assert/strict';
import { test } from 'node:test';
import { generateDeviceKeys, signedConnectParams } from '../../src/protocol/host/index.ts';
import type { ConnectParams } from '../../src/protocol/index.ts';
import { startTestGateway, TOKEN } from './support/gateway.ts';
import { RawPeer, REMOTE } from './support/peers.ts';

type Make = (params: ConnectParams, nonce: string) => unknown;
type Row = {
  name: string;
  connect: Make;
  /** `ok:false` answer; undefined when the socket is closed without one. */
  error?: { code: string; message: string; details?: unknown };
  close: { code: number; reason: string };
  headers?: Record<string, string>;
  gateway?: object;
};

const keys = generateDeviceKeys();
const bad = (message: string, details?: unknown) => ({
  code: 'INVALID_REQUEST',
  message,
  ...(details === undefined ? {} : { details }),
});
const policy = (reason: string) => ({ code: 1008, reason });
const withoutDevice = ({ device: _device, ...rest }: ConnectParams) => rest;

const rows: Row[] = [
  {
    name: 'an unknown property',
    connect: (params) => ({ ...params, foo: 1 }),
    error: bad("invalid connect params: at root: unexpected property 'foo'"),
    close: policy("invalid connect params: at root: unexpected property 'foo'"),
  },
  {
    name: 'missing parameters, reason cut at 120 bytes',
    connect: () => ({}),
    error: bad(
      "invalid connect params: must have required property 'minProtocol'; must have required property 'maxProtocol'; must have required property 'client'",
    ),
    close: policy(
      "invalid connect params: must have required property 'minProtocol'; must have required property 'maxProtocol'; must have ",
    ),
  },
  {
    name: 'an unknown program name',
    connect: (params) => ({ ...params, client: { ...params.client, id: 'my-tool' } }),
    error: bad(
      'invalid connect params: at /client/id: must be equal to constant; at /client/id: must match a schema in anyOf',
    ),
    close: policy(
      'invalid connect params: at /client/id: must be equal to constant; at /client/id: must match a schema in anyOf',
    ),
  },
  {
    name: 'another protocol',
    connect: (params) => ({ ...params, minProtocol: 1, maxProtocol: 2 }),
    error: bad('protocol mismatch', { expectedProtocol: 3 }),
    close: { code: 1002, reason: 'protocol mismatch' },
  },
  {
    name: 'a protocol of the future',
    connect: (params) => ({ ...params, minProtocol: 5, maxProtocol: 6 }),
    error: bad('protocol mismatch', {
      code: 'PROTOCOL_MISMATCH',
      clientMinProtocol: 5,
      clientMaxProtocol: 6,
      expectedProtocol: 4,
      minimumProbeProtocol: 3,
    }),
    close: { code: 1002, reason: 'protocol mismatch' },
  },
  {
    name: 'protocol 4: a signature of something else',
    connect: (params) => four({ ...params, scopes: ['operator.admin', 'more'] }),
    error: bad('device signature invalid', {
      code: 'DEVICE_AUTH_SIGNATURE_INVALID',
      reason: 'device-signature',
    }),
    close: policy('device signature invalid'),
  },
  {
    name: 'protocol 4: a signature three minutes old',
    connect: (params) => changeDevice(four(params), { signedAt: Date.now() - 180_000 }),
    error: bad('device signature expired', {
      code: 'DEVICE_AUTH_SIGNATURE_EXPIRED',
      reason: 'device-signature-stale',
    }),
    close: policy('device signature expired'),
  },
  {
    name: 'protocol 4: no nonce, even from a local peer',
    connect: (params) => changeDevice(four(params), { nonce: undefined }),
    error: bad('device nonce required', {
      code: 'DEVICE_AUTH_NONCE_REQUIRED',
      reason: 'device-nonce-missing',
    }),
    close: policy('device nonce required'),
  },
  {
    name: 'protocol 4: a wrong token',
    connect: (_params, nonce) => four(connectWith({ token: 'wrong' }, nonce)),
    error: bad(
      'unauthorized: gateway token mismatch (provide gateway auth token)',
      authDetails('AUTH_TOKEN_MISMATCH', 'token_mismatch', 'update_auth_credentials'),
    ),
    close: policy('unauthorized: gateway token mismatch (provide gateway auth token)'),
  },
  {
    name: 'protocol 4: no token',
    connect: (_params, nonce) => four(connectWith({}, nonce)),
    error: bad(
      'unauthorized: gateway token missing (provide gateway auth token)',
      authDetails('AUTH_TOKEN_MISSING', 'token_missing', 'update_auth_configuration'),
    ),
    close: policy('unauthorized: gateway token missing (provide gateway auth token)'),
  },
  {
    name: 'protocol 4: a remote peer without a device',
    connect: (params) => withoutDevice(four(params)),
    headers: REMOTE,
    error: {
      code: 'NOT_PAIRED',
      message: 'device identity required',
      details: { code: 'DEVICE_IDENTITY_REQUIRED' },
    },
    close: policy('device identity required'),
  },
  {
    name: 'an unknown role',
    connect: (params) => ({ ...params, role: 'king' }),
    error: bad('invalid role'),
    close: policy('invalid role'),
  },
  {
    name: 'a proxy without authentication',
    connect: (params) => params,
    headers: REMOTE,
    gateway: { auth: { mode: 'none' } },
    error: bad('gateway auth required behind reverse proxy', {
      hint: 'set gateway.auth.token or gateway.auth.password, or list the proxy in gateway.trustedProxies',
    }),
    close: policy('gateway auth required'),
  },
  {
    name: 'the page without a device',
    connect: (params) =>
      withoutDevice({ ...params, client: { ...params.client, id: 'clawdbot-control-ui' } }),
    error: bad('control ui requires HTTPS or localhost (secure context)'),
    close: policy('control ui requires HTTPS or localhost (secure context)'),
  },
  {
    name: 'neither device nor token',
    connect: ({ auth: _auth, ...params }) => withoutDevice(params),
    error: { code: 'NOT_PAIRED', message: 'device identity required' },
    close: policy('device identity required'),
  },
  {
    name: 'a remote peer with the right token and no device',
    connect: withoutDevice,
    headers: REMOTE,
    error: { code: 'NOT_PAIRED', message: 'device identity required' },
    close: policy('device identity required'),
  },
  {
    name: 'an id that does not belong to the key',
    connect: (params) => changeDevice(params, { id: 'a'.repeat(64) }),
    error: bad('device identity mismatch'),
    close: policy('device identity mismatch'),
  },
  {
    name: 'an upper-case id',
    connect: (params) => changeDevice(params, { id: keys.deviceId.toUpperCase() }),
    error: bad('device identity mismatch'),
    close: policy('device identity mismatch'),
  },
  {
    name: 'a signature made too long ago',
    connect: (params) => changeDevice(params, { signedAt: Date.now() - 601_000 }),
    error: bad('device signature expired'),
    close: policy('device signature expired'),
  },
  {
    name: 'a signature from the future',
    connect: (params) => changeDevice(params, { signedAt: Date.now() + 601_000 }),
    error: bad('device signature expired'),
    close: policy('device signature expired'),
  },
  {
    name: 'no nonce from a remote peer',
    connect: (params) => changeDevice(params, { nonce: undefined }),
    headers: REMOTE,
    error: bad('device nonce required'),
    close: policy('device nonce required'),
  },
  {
    name: 'the nonce of another connection',
    connect: (params) => changeDevice(params, { nonce: 'other' }),
    error: bad('device nonce mismatch'),
    close: policy('device nonce mismatch'),
  },
  {
    name: 'a signature of something else',
    connect: (params) => ({ ...params, scopes: ['operator.admin', 'more'] }),
    error: bad('device signature invalid'),
    close: policy('device signature invalid'),
  },
  {
    name: 'no token',
    connect: (_params, nonce) => connectWith({}, nonce),
    error: bad('unauthorized: gateway token missing (provide gateway auth token)'),
    close: policy('unauthorized: gateway token missing (provide gateway auth token)'),
  },
  {
    name: 'a wrong token',
    connect: (_params, nonce) => connectWith({ token: 'wrong' }, nonce),
    error: bad('unauthorized: gateway token mismatch (provide gateway auth token)'),
    close: policy('unauthorized: gateway token mismatch (provide gateway auth token)'),
  },
  {
    name: 'no password',
    gateway: { auth: { mode: 'password', password: 'secret' } },
    connect: (_params, nonce) => connectWith({}, nonce),
    error: bad('unauthorized: gateway password missing (provide gateway auth password)'),
    close: policy('unauthorized: gateway password missing (provide gateway auth password)'),
  },
  {
    name: 'a wrong password from the command line',
    gateway: { auth: { mode: 'password', password: 'secret' } },
    connect: (_params, nonce) => connectWith({ password: 'wrong', clientId: 'cli', mode: 'cli' }, nonce),
    error: bad(
      'unauthorized: gateway password mismatch (set gateway.remote.password to match gateway.auth.password)',
    ),
    close: policy(
      'unauthorized: gateway password mismatch (set gateway.remote.password to match gateway.auth.password)',
    ),
  },
  {
    name: 'a Tailscale identity and nothing else',
    headers: {
      'x-forwarded-for': '100.64.0.9',
      'x-forwarded-proto': 'https',
      'x-forwarded-host': 'gw',
      'tailscale-user-login': 'me@example.org',
    },
    gateway: { auth: { mode: 'token', token: TOKEN, allowTailscale: true } },
    connect: (_params, nonce) => connectWith({}, nonce),
    error: bad('unauthorized: gateway token missing (provide gateway auth token)'),
    close: policy('unauthorized: gateway token missing (provide gateway auth token)'),
  },
];

for (const row of rows) {
  test(`refuses ${row.name}`, async (t) => {
    const gateway = await startTestGateway(t, row.gateway === undefined ? {} : { gateway: row.gateway });
    const peer = new RawPeer(gateway, row.headers);
    const { nonce } = await peer.challenge();
    peer.send({
      type: 'req',
      id: 'q1',
      method: 'connect',
      params: row.connect(connectWith({ token: TOKEN }, nonce), nonce),
    });
    assert.deepEqual(await peer.closed, row.close);
    assert.deepEqual(peer.frames.slice(1), [{ type: 'res', id: 'q1', ok: false, error: row.error }]);
  });
}

test('closes with 1000 and no answer when the first message is not JSON', async (t) => {
  const peer = new RawPeer(await startTestGateway(t));
  await peer.challenge();
  peer.send('not json');
  assert.deepEqual(await peer.closed, { code: 1000, reason: '' });
  assert.equal(peer.frames.length, 1);
});

test('closes without an answer when the first message is no request', async (t) => {
  const peer = new RawPeer(await startTestGateway(t));
  await peer.challenge();
  peer.send({ type: 'event', event: 'x' });
  assert.deepEqual(await peer.closed, policy('invalid request frame'));
  assert.equal(peer.frames.length, 1);
});

test('wants connect first', async (t) => {
  const peer = new RawPeer(await startTestGateway(t));
  await peer.challenge();
  peer.send({ type: 'req', id: 'q1', method: 'node.list' });
  const text = 'invalid handshake: first request must be connect';
  assert.deepEqual(await peer.closed, policy(text));
  assert.deepEqual(peer.frames.slice(1), [{ type: 'res', id: 'q1', ok: false, error: bad(text) }]);
});

test('ends a handshake that takes too long with 1000', async (t) => {
  const gateway = await startTestGateway(t, { timing: { handshakeMs: 100 } });
  const [first, second] = [new RawPeer(gateway), new RawPeer(gateway)];
  assert.deepEqual(await first.closed, { code: 1000, reason: '' });
  assert.deepEqual(await second.closed, { code: 1000, reason: '' });
});

test('takes a message of 65536 bytes from a stranger and ends with 1009 at one more', async (t) => {
  const gateway = await startTestGateway(t);
  const peer = new RawPeer(gateway);
  await peer.challenge();
  peer.send('x'.repeat(65_537));
  assert.deepEqual(await peer.closed, { code: 1009, reason: '' });
  const other = new RawPeer(gateway);
  await other.challenge();
  other.send('x'.repeat(65_536));
  assert.deepEqual(await other.closed, { code: 1000, reason: '' });
});

for (const [protocol, maxPayload] of [
  [3, 524_288],
  [4, 26_214_400],
] as const) {
  test(`after the hello a protocol ${protocol} peer may send ${maxPayload} bytes, as its hello says`, async (t) => {
    const gateway = await startTestGateway(t);
    const peer = new RawPeer(gateway);
    const { nonce } = await peer.challenge();
    const params = connectWith({ token: TOKEN }, nonce);
    peer.send({
      type: 'req',
      id: 'q1',
      method: 'connect',
      params: { ...params, minProtocol: protocol, maxProtocol: protocol },
    });
    const hello = await peer.response('q1');
    assert.equal(Reflect.get(Object(Object(hello.payload).policy), 'maxPayload'), maxPayload);
    const frame = (bytes: number, id: string) => {
      const empty = JSON.stringify({ type: 'req', id, method: 'health', params: { x: '' } }).length;
      return JSON.stringify({ type: 'req', id, method: 'health', params: { x: 'x'.repeat(bytes - empty) } });
    };
    peer.send(frame(maxPayload, 'q2'));
    assert.equal((await peer.response('q2')).ok, true);
    peer.send(frame(maxPayload + 1, 'q3'));
    assert.equal((await peer.closed).code, 1009);
  });
}

test('accepts signatures v1 (local, no nonce), v2, and v3 of protocol 4 programs', async (t) => {
  const gateway = await startTestGateway(t);
  const { signText } = await import('../../src/protocol/host/index.ts');
  const { signedConnectText } = await import('../../src/protocol/index.ts');
  for (const version of ['v1', 'v2', 'v3'] as const) {
    const peer = new RawPeer(gateway);
    const { nonce } = await peer.challenge();
    const params = connectWith({ token: TOKEN }, nonce);
    const text = signedConnectText(version, {
      deviceId: keys.deviceId,
      clientId: params.client.id,
      clientMode: params.client.mode,
      role: 'operator',
      scopes: params.scopes ?? [],
      signedAtMs: Date.now(),
      token: TOKEN,
      nonce,
      platform: params.client.platform,
      deviceFamily: params.client.deviceFamily ?? '',
    });
    const signedAt = Number(text.split('|')[6]);
    const { nonce: _none, ...device } = {
      ...params.device,
      signedAt,
      signature: signText(keys.privateKeyPem, text),
    };
    const sent = version === 'v1' ? device : { ...device, nonce };
    peer.send({ type: 'req', id: 'q1', method: 'connect', params: { ...params, device: sent } });
    assert.equal((await peer.response('q1')).ok, true, version);
    peer.socket.close();
  }
});

function connectWith(
  options: { token?: string; password?: string; clientId?: 'cli'; mode?: 'cli' },
  nonce: string,
): ConnectParams {
  const { clientId = 'gateway-client', mode = 'backend', ...secrets } = options;
  const params = signedConnectParams(
    { clientId, mode, role: 'operator', scopes: ['operator.admin'], version: '1', keys, ...secrets },
    { nonce, ts: Date.now() },
  );
  return { ...params, minProtocol: 3, maxProtocol: 3 };
}

/** As a program of protocol 4 says it. */
function four(params: ConnectParams): ConnectParams {
  return { ...params, minProtocol: 4, maxProtocol: 4 };
}

function authDetails(code: string, authReason: string, recommendedNextStep: string): object {
  return { code, authReason, canRetryWithDeviceToken: false, recommendedNextStep };
}

function changeDevice(params: ConnectParams, change: object): unknown {
  return { ...params, device: { ...params.device, ...change } };
}
