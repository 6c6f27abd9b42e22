import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { WebSocketServer } from 'ws';
import { openNodeSocket } from './socket.ts';

async function serverUrl(t: TestContext, autoPong: boolean): Promise<string> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, autoPong });
  await once(server, 'listening');
  t.after(() => {
    for (const client of server.clients) client.terminate();
    server.close();
  });
  const { port } = server.address() as AddressInfo; // a TCP server's address is an object
  return `ws://127.0.0.1:${port}`;
}

test('drops a connection whose peer does not answer pings within two intervals', async (t) => {
  const socket = openNodeSocket({ url: await serverUrl(t, false), pingEveryMs: 40 });
  let said: string | undefined;
  socket.onerror = (event) => {
    said = event.message;
  };
  const code = await new Promise<number>((resolve) => {
    socket.onclose = (event) => resolve(event.code);
  });
  assert.equal(code, 1006);
  assert.equal(said, 'no answer to a ping for 40 ms');
});

test('keeps a silent connection whose peer answers pings', async (t) => {
  const socket = openNodeSocket({ url: await serverUrl(t, true), pingEveryMs: 1_500 });
  const closed = new Promise<number>((resolve) => {
    socket.onclose = (event) => resolve(event.code);
  });
  const early = await Promise.race([
    closed,
    new Promise((resolve) => setTimeout(resolve, 5_000, 'still open')),
  ]);
  assert.equal(early, 'still open');
  socket.close(1000);
  assert.equal(await closed, 1000);
});

test('refuses to pin a certificate where there is none', () => {
  assert.throws(
    () => openNodeSocket({ url: 'ws://127.0.0.1:1', tlsFingerprint: 'ab' }),
    /the URL is not wss/,
  );
});
