import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { test } from 'node:test';
import type { RunningGateway } from '../../src/gateway/index.ts';
import { probeWebSocket } from '../../src/supervisor/probe-web-socket.ts';
import { cleanUp } from '../clean-up.ts';
import { makeState, startTestGateway } from './support/gateway.ts';
import { connectOperator, RawPeer, REMOTE } from './support/peers.ts';

async function ask(
  gateway: RunningGateway,
  path: string,
  { method = 'GET', headers = {} }: { method?: string; headers?: Record<string, string> } = {},
): Promise<IncomingMessage & { body: string }> {
  const sent = request({ host: '127.0.0.1', port: gateway.port, path, method, headers, agent: false });
  sent.end();
  const [response] = await once(sent, 'response');
  let body = '';
  for await (const chunk of response) body += chunk;
  return Object.assign(response, { body });
}

test('answers / with a page that cannot be framed or sniffed and runs no script of others', async (t) => {
  const gateway = await startTestGateway(t);
  const page = await ask(gateway, '/');
  assert.equal(page.statusCode, 200);
  assert.match(String(page.headers['content-security-policy']), /default-src 'none'.*frame-ancestors 'none'/);
  assert.equal(page.headers['x-frame-options'], 'DENY');
  assert.equal(page.headers['x-content-type-options'], 'nosniff');
  assert.match(String(page.headers['content-security-policy']), /script-src 'self';/);
  assert.doesNotMatch(page.body, /<script(?![^>]* src="\.\/assets\/)|javascript:| on\w+=/);
  const head = await ask(gateway, '/', { method: 'HEAD' });
  assert.deepEqual([head.statusCode, head.body], [200, '']);
});

test('says who it is and whether it is ready', async (t) => {
  const gateway = await startTestGateway(t);
  const alive = await ask(gateway, '/healthz');
  const identity = JSON.parse(alive.body);
  assert.equal(identity.service, 'clawdbot-gateway');
  assert.equal(identity.pid, process.pid);
  assert.equal(identity.state, 'serving');
  assert.deepEqual(Object.keys(identity).sort(), [
    ...['bootId', 'pid', 'service', 'startTicks', 'state', 'stateDirHash', 'version'],
  ]);
  const ready = await ask(gateway, '/readyz');
  assert.deepEqual([ready.statusCode, JSON.parse(ready.body)], [200, { ready: true, reasons: [] }]);
});

test('is not ready, with the reason, when the database is gone', async (t) => {
  const gateway = await startTestGateway(t);
  gateway.core.store.devices.listPending = () => {
    throw new Error('disk I/O error');
  };
  const ready = await ask(gateway, '/readyz');
  assert.equal(ready.statusCode, 503);
  assert.match(ready.body, /disk I\/O error/);
});

test('is not ready, with the reason, when its process is in trouble', async (t) => {
  const gateway = await startTestGateway(t, { troubles: () => ['/state is another directory now'] });
  const ready = await ask(gateway, '/readyz');
  assert.equal(ready.statusCode, 503);
  assert.deepEqual(JSON.parse(ready.body), { ready: false, reasons: ['/state is another directory now'] });
});

test('a probe that opens a WebSocket, gets its echo and leaves is no line in the log', async (t) => {
  const lines: string[] = [];
  const note = (message: string) => lines.push(message);
  const log = { debug: note, info: note, warn: note, error: note };
  const gateway = await startTestGateway(t, { log });
  const before = lines.length;
  assert.equal((await probeWebSocket(gateway.url, 5_000)).kind, 'echo');
  await connectOperator(gateway);
  assert.deepEqual(lines.slice(before), ['connected']);
});

test('refuses other hosts, other methods and other paths', async (t) => {
  const gateway = await startTestGateway(t);
  const evil = { headers: { host: 'evil.example' } };
  for (const path of ['/', '/healthz', '/readyz', '/x'])
    assert.equal((await ask(gateway, path, evil)).statusCode, 421);
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
    const answer = await ask(gateway, '/', { method });
    assert.deepEqual([answer.statusCode, answer.headers['allow']], [405, 'GET, HEAD']);
  }
  for (const path of ['/health', '/../etc/passwd', '/%2e%2e/x', '//evil.example']) {
    assert.equal((await ask(gateway, path)).statusCode, 404);
  }
});

test('checks host and origin of an upgrade', async (t) => {
  const gateway = await startTestGateway(t);
  const statusOf = async (headers: Record<string, string>) => {
    const peer = new RawPeer(gateway, headers);
    const [, response] = await once(peer.socket, 'unexpected-response');
    return response.statusCode;
  };
  assert.equal(await statusOf({ host: 'evil.example' }), 421);
  assert.equal(await statusOf({ origin: 'https://evil.example' }), 403);
  assert.equal(await statusOf({ origin: 'http://127.0.0.1:1' }), 403);
  assert.equal(await statusOf({ origin: 'null' }), 403);
  const page = new RawPeer(gateway, { origin: `http://127.0.0.1:${gateway.port}` });
  await page.challenge();
  page.socket.close();
});

test('a client that sends its request byte by byte is cut off and hinders nobody', async (t) => {
  const gateway = await startTestGateway(t, { timing: { headersMs: 500 } });
  const slow = Array.from({ length: 50 }, () => connect(gateway.port, '127.0.0.1'));
  const drips = setInterval(() => {
    for (const socket of slow) if (socket.writable) socket.write('X');
  }, 50);
  cleanUp(t, () => {
    clearInterval(drips);
    for (const socket of slow) socket.destroy();
  });
  const ended = slow.map((socket) => new Promise((resolve) => socket.on('close', resolve).resume()));
  for (const socket of slow) {
    socket.on('error', () => {});
    socket.write('GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ');
  }
  const operator = await connectOperator(gateway);
  assert.ok(await operator.request('health'));
  assert.equal((await ask(gateway, '/')).statusCode, 200);
  await Promise.all(ended);
});

test('1,000 bad handshakes leave nothing behind and lock nobody out', async (t) => {
  const gateway = await startTestGateway(t);
  const kinds: ((peer: RawPeer) => void)[] = [
    (peer) => peer.send('garbage'),
    (peer) => peer.send({ type: 'req', id: 'a', method: 'health' }),
    (peer) => peer.send({ type: 'req', id: 'a', method: 'connect', params: {} }),
    (peer) => peer.socket.terminate(),
    (peer) => peer.send('x'.repeat(600_000)),
  ];
  for (let round = 0; round < 20; round += 1) {
    await Promise.all(
      Array.from({ length: 50 }, async (_, index) => {
        const peer = new RawPeer(gateway);
        await peer.challenge();
        kinds[index % kinds.length]?.(peer);
        await peer.closed;
      }),
    );
  }
  const operator = await connectOperator(gateway);
  assert.ok(await operator.request('health'));
  assert.equal(gateway.core.connections.size, 1);
});

test('wrong tokens from outside are limited; a paired device there and the operator here still get in', async (t) => {
  const paths = makeState(t);
  const gateway = await startTestGateway(t, { paths });
  const operator = await connectOperator(gateway);
  const keys = operator.keys;
  const failures = await Promise.all(
    Array.from({ length: 45 }, (_, index) =>
      connectOperator(gateway, { headers: REMOTE, token: `guess ${index}` }).then(
        () => '',
        (thrown) => String(thrown.message),
      ),
    ),
  );
  assert.ok(failures.some((text) => text.includes('too many failed authentication attempts')));
  await connectOperator(gateway, { headers: REMOTE, keys });
  await connectOperator(gateway);
  for (let guess = 0; guess < 35; guess += 1) {
    void connectOperator(gateway, { token: `local guess ${guess}` }).catch(() => {});
  }
  await connectOperator(gateway);
});
