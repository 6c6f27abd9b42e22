import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { test } from 'node:test';
import { askHttp, type HttpAnswer } from './ask-http.ts';

const CASES: readonly [what: string, said: string, answer: HttpAnswer['kind']][] = [
  [
    'an upgrade that nobody asked for',
    'HTTP/1.1 101 Switching\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n',
    'answered',
  ],
  ['nothing but a hint', 'HTTP/1.1 103 Early Hints\r\n\r\n', 'silent'],
  ['less than it promised', 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nab', 'silent'],
  ['chunks that are none', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZZ', 'failed'],
  ['more than anybody reads', `HTTP/1.1 200 OK\r\n\r\n${'x'.repeat(100_000)}`, 'answered'],
  ['another protocol', 'SSH-2.0-OpenSSH\r\n', 'failed'],
  ['nothing', '', 'silent'],
];

for (const [what, said, kind] of CASES) {
  test(`a server that says ${what}, and then nothing, does not hold up who asks: ${kind}`, async (t) => {
    const server = createServer((socket) => {
      socket.on('error', () => {}); // whoever asked has heard enough
      socket.once('data', () => socket.write(said));
      t.after(() => socket.destroy());
    }).listen(0, '127.0.0.1');
    t.after(() => server.close());
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo; // TCP
    const answer = await askHttp({ scheme: 'http', address: '127.0.0.1', port, path: '/', timeoutMs: 2_000 });
    assert.equal(answer.kind, kind);
  });
}
