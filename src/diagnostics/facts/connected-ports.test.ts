import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { test } from 'node:test';
import { connectedPorts, remotePorts } from './connected-ports.ts';

test('finds the far end of an established connection, not of a listener or of somebody else', () => {
  const text = [
    '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
    '   0: 0100007F:4965 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 11 1',
    '   1: 0100007F:9C40 0100007F:4965 01 00000000:00000000 00:00000000 00000000  1000        0 12 1',
    '   2: 0100007F:9C41 0100007F:1F90 01 00000000:00000000 00:00000000 00000000  1000        0 13 1',
    '   3: 0100007F:9C42 0100007F:1F91 06 00000000:00000000 00:00000000 00000000  1000        0 12 1',
  ].join('\n');
  assert.deepEqual(remotePorts(text, new Set(['11', '12'])), [18_789]);
});

test('sees the connection of a living process', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  assert.equal(connectedPorts('/nowhere', process.pid)?.has(port), false);
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  assert.equal(connectedPorts('/nowhere', process.pid)?.has(port), true);
  socket.destroy();
  server.close();
});
