/** Requests and frames that no honest client sends, written by hand. */
import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { cleanUp } from '../clean-up.ts';
import { eventually } from '../supervisor/program.ts';
import { startTestGateway, TOKEN } from './support/gateway.ts';
import { ADMIN, connectOperator, RawPeer, REMOTE } from './support/peers.ts';

const UPGRADE = [
  'Upgrade: websocket',
  'Connection: Upgrade',
  'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
  'Sec-WebSocket-Version: 13',
];

/** A socket with what it received so far, as text. */
function open(
  t: TestContext,
  port: number,
): { socket: Socket; received: () => string; ended: Promise<void> } {
  const socket = connect(port, '127.0.0.1');
  cleanUp(t, () => socket.destroy());
  let text = '';
  socket.on('data', (data) => {
    text += data.toString('latin1');
  });
  socket.on('error', () => {});
  const { promise, resolve } = Promise.withResolvers<void>();
  socket.on('close', () => resolve());
  return { socket, received: () => text, ended: promise };
}

/** The status of a request with these lines, `Host` among them. */
async function statusOf(t: TestContext, port: number, lines: readonly string[]): Promise<number> {
  const { socket, received } = open(t, port);
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  const head = await eventually(() => /^HTTP\/1\.1 (\d{3})/.exec(received()) ?? undefined);
  socket.destroy();
  return Number(head[1]);
}

/** A WebSocket frame of a client, masked with zeros: what is written is what is read. */
function frame(firstByte: number, payload: Buffer): Buffer {
  assert.ok(payload.length < 126);
  return Buffer.concat([Buffer.from([firstByte, 0x80 | payload.length, 0, 0, 0, 0]), payload]);
}

async function upgraded(t: TestContext, port: number, extra: readonly string[] = []) {
  const peer = open(t, port);
  peer.socket.write(
    `${['GET / HTTP/1.1', `Host: 127.0.0.1:${port}`, ...UPGRADE, ...extra].join('\r\n')}\r\n\r\n`,
  );
  await eventually(() => (peer.received().includes('connect.challenge') ? true : undefined));
  return peer;
}

test('the host is the one the request is for, in whatever form it is given, and one only', async (t) => {
  const { port } = await startTestGateway(t);
  for (const [target, hosts, page, upgrade] of [
    ['/', [`127.0.0.1:${port}`], 200, 101],
    ['/', [`LOCALHOST.:${port}`], 200, 101],
    ['/', [`[::1]:${port}`], 200, 101],
    ['/', [`::1:${port}`], 421, 421],
    ['/', [`user@127.0.0.1:${port}`], 421, 421],
    ['/', ['127.0.0.1#.evil.example'], 421, 421],
    ['/', ['evil.example:80@127.0.0.1'], 421, 421],
    ['/', [`127.0.0.1:${port}`, 'evil.example'], 421, 421],
    ['/', ['evil.example', `127.0.0.1:${port}`], 421, 421],
    ['http://evil.example/', [`127.0.0.1:${port}`], 421, 421],
    ['http://user@evil.example/', [`127.0.0.1:${port}`], 421, 421],
    ['*', [`127.0.0.1:${port}`], 421, 421],
  ] as const) {
    const head = [`GET ${target} HTTP/1.1`, ...hosts.map((host) => `Host: ${host}`)];
    assert.equal(await statusOf(t, port, [...head, 'Connection: close']), page, head.join(', '));
    assert.equal(await statusOf(t, port, [...head, ...UPGRADE]), upgrade, head.join(', '));
  }
});

test('two origins are none that is allowed, and other spellings of a foreign one stay foreign', async (t) => {
  const { port } = await startTestGateway(t);
  const own = `http://127.0.0.1:${port}`;
  const upgradeFrom = (...origins: string[]) =>
    statusOf(t, port, [
      'GET / HTTP/1.1',
      `Host: 127.0.0.1:${port}`,
      ...UPGRADE,
      ...origins.map((origin) => `Origin: ${origin}`),
    ]);
  assert.equal(await upgradeFrom(own), 101);
  for (const origins of [
    [own, 'http://evil.example'],
    ['http://evil.example', own],
    [`http://127.0.0.1:${port}.evil.example`],
    [`http://127.0.0.1:${port}@evil.example`],
    [`ws://127.0.0.1:${port}`],
    [`http://localhost:${port}`],
    [`http://127.0.0.1.:${port + 1}`],
    [''],
  ])
    assert.equal(await upgradeFrom(...origins), 403, origins.join(', '));
});

test('compression is not agreed to, and a frame that uses it ends the connection', async (t) => {
  const { port } = await startTestGateway(t);
  const peer = await upgraded(t, port, [
    'Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits',
  ]);
  assert.doesNotMatch(peer.received(), /sec-websocket-extensions/i);
  peer.socket.write(frame(0xc1, Buffer.from('x'))); // FIN, RSV1, text
  await peer.ended;
  assert.ok(peer.received().endsWith('\u0088\u0002\u0003\u00ea'), 'closed with 1002');
});

test('a message in more pieces than anybody needs ends the connection', async (t) => {
  const { port } = await startTestGateway(t);
  const peer = await upgraded(t, port);
  const piece = frame(0x00, Buffer.from(' '));
  peer.socket.write(frame(0x01, Buffer.from('{')));
  for (let count = 0; count < 20; count += 1)
    peer.socket.write(Buffer.concat(Array.from({ length: 1_000 }, () => piece)));
  await peer.ended;
});

test('who pings without reading the answers is cut off', async (t) => {
  const gateway = await startTestGateway(t);
  const peer = await upgraded(t, gateway.port);
  peer.socket.pause();
  const pings = Buffer.concat(Array.from({ length: 500 }, () => frame(0x89, Buffer.alloc(125, 97))));
  const flood = setInterval(() => {
    if (peer.socket.writable && peer.socket.writableLength < 1_000_000) peer.socket.write(pings);
  }, 1);
  cleanUp(t, () => clearInterval(flood));
  await peer.ended;
  const operator = await connectOperator(gateway);
  assert.ok(await operator.request('health'));
});

test('guesses from many addresses of one network are guesses of one', async (t) => {
  const gateway = await startTestGateway(t, { gateway: { trustedProxies: ['127.0.0.1'] } });
  const refusal = async (address: string, token: string): Promise<string> => {
    const thrown: unknown = await connectOperator(gateway, {
      token,
      headers: { 'x-forwarded-for': address },
    }).catch((error: unknown) => error);
    return JSON.stringify(Object(thrown).outcome);
  };
  for (let count = 1; count <= 30; count += 1)
    assert.match(await refusal(`2001:db8:1:2::${count.toString(16)}`, `guess ${count}`), /token mismatch/);
  assert.match(await refusal('2001:db8:1:2:3:4:5:6', TOKEN), /too many failed/);
  assert.match(await refusal('2001:db8:1:3::1', TOKEN), /pairing required/);
});

test('who may not ask who is there is not told either', async (t) => {
  const gateway = await startTestGateway(t);
  await connectOperator(gateway, { scopes: ADMIN, displayName: 'somebody' });
  for (const protocol of [3, 4] as const) {
    const peer = await connectOperator(gateway, { protocol, scopes: ['operator.pairing'] });
    assert.equal(peer.hello.snapshot.presence.length, 1, 'the gateway itself');
    const reader = await connectOperator(gateway, { protocol, scopes: ['operator.read'] });
    await eventually(() => (reader.events.some(({ event }) => event === 'presence') ? true : undefined));
    assert.ok(!peer.events.some(({ event }) => event === 'presence'));
  }
});

test('a stranger cannot fill the log with what it sends', async (t) => {
  const lines: string[] = [];
  const note = (message: string) => {
    lines.push(message);
  };
  const gateway = await startTestGateway(t, { log: { debug: note, info: note, warn: note, error: note } });
  const peer = new RawPeer(gateway, REMOTE);
  await peer.challenge();
  const params = { [`x${'y'.repeat(60_000)}`]: 1 };
  peer.send({ type: 'req', id: 'a', method: 'connect', params });
  await peer.closed;
  assert.ok(lines.some((line) => line.startsWith('connection refused: invalid connect params')));
  assert.ok(lines.every((line) => line.length < 600));
});
