import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseConnectionsTo, parseProcNet } from './proc-net.ts';

const HEAD =
  '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n';
const line = (local: string, state: string, uid = 1000, inode = 4242) =>
  `   0: ${local} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000  ${uid}        0 ${inode} 1 0000 100 0 0 10 0\n`;

const TABLE: readonly [family: 'ipv4' | 'ipv6', local: string, address: string, port: number][] = [
  ['ipv4', '0100007F:4965', '127.0.0.1', 18789],
  ['ipv4', '00000000:0050', '0.0.0.0', 80],
  ['ipv4', '0A01A8C0:FFFF', '192.168.1.10', 65535],
  ['ipv6', '00000000000000000000000000000000:4965', '::', 18789],
  ['ipv6', '00000000000000000000000001000000:4965', '::1', 18789],
  ['ipv6', '0000000000000000FFFF00000100007F:4965', '::ffff:127.0.0.1', 18789],
  ['ipv6', 'B80D0120000000000000000001000000:0050', '2001:db8::1', 80],
  ['ipv6', '000080FE00000000FF005054563412FE:0050', 'fe80::5450:ff:fe12:3456', 80],
];

for (const [family, local, address, port] of TABLE) {
  test(`reads ${local} as ${address} port ${port}`, () => {
    assert.deepEqual(parseProcNet(HEAD + line(local, '0A'), family), [
      { family, address, port, uid: 1000, inode: 4242 },
    ]);
  });
}

test('leaves out sockets that do not listen, and lines of another form', () => {
  const text = `${HEAD}${line('0100007F:4965', '01')}${line('0100007F:4965', '06')}garbage\n\n${line('7F:1', '0A')}`;
  assert.deepEqual(parseProcNet(text, 'ipv4'), []);
});

test('connections to a port: established ones, by their far end', () => {
  const row = (local: string, remote: string, state: string, inode: number) =>
    `   0: ${local} ${remote} ${state} 00000000:00000000 00:00000000 00000000  1000        0 ${inode} 1\n`;
  const text = [
    HEAD.trimEnd(),
    row('0100007F:4965', '0100007F:9C40', '01', 11), // the gateway's own end
    row('0100007F:9C40', '0100007F:4965', '01', 12),
    row('0100007F:9C41', '0100007F:4965', '06', 13), // TIME_WAIT: nobody's any more
    row('0A01A8C0:9C42', '0B01A8C0:4965', '01', 14),
  ].join('\n');
  assert.deepEqual(parseConnectionsTo(18_789, text, 'ipv4'), [
    { remoteAddress: '127.0.0.1', inode: 12 },
    { remoteAddress: '192.168.1.11', inode: 14 },
  ]);
});
