import assert from 'node:assert/strict';
import { test } from 'node:test';
import { placePeer, plainAddress } from './locality.ts';

const cases: [string, string, Record<string, string>, string[], boolean, string | undefined, boolean][] = [
  ['plain loopback', '127.0.0.1', {}, [], true, '127.0.0.1', false],
  ['mapped loopback', '::ffff:127.0.0.1', {}, [], true, '127.0.0.1', false],
  ['IPv6 loopback', '::1', {}, [], true, '::1', false],
  ['another machine', '192.168.1.7', {}, [], false, '192.168.1.7', false],
  ['proxy nobody trusts', '127.0.0.1', { 'x-forwarded-for': '127.0.0.1' }, [], false, undefined, true],
  ['only a host header of a proxy', '127.0.0.1', { 'x-forwarded-host': 'a' }, [], false, undefined, true],
  ['standard Forwarded', '127.0.0.1', { forwarded: 'for=1.2.3.4' }, [], false, undefined, true],
  ['forged identity', '127.0.0.1', { 'tailscale-user-login': 'me@x' }, [], false, undefined, true],
  [
    'trusted proxy',
    '127.0.0.1',
    { 'x-forwarded-for': '203.0.113.9' },
    ['127.0.0.1'],
    false,
    '203.0.113.9',
    false,
  ],
  [
    'a client cannot claim loopback through a trusted proxy',
    '::ffff:127.0.0.1',
    { 'x-forwarded-for': '127.0.0.1, 203.0.113.9' },
    [' 127.0.0.1 '],
    false,
    '203.0.113.9',
    false,
  ],
  [
    'only proxies in the chain',
    '10.0.0.1',
    { 'x-real-ip': '10.0.0.1' },
    ['10.0.0.1'],
    false,
    '10.0.0.1',
    false,
  ],
];

for (const [name, peer, headers, proxies, isLocal, clientIp, hasUntrustedForwarding] of cases) {
  test(`places the peer: ${name}`, () => {
    assert.deepEqual(placePeer(peer, headers, proxies), { isLocal, clientIp, hasUntrustedForwarding });
  });
}

test('reads addresses with ports, brackets, mapped forms and zones', () => {
  assert.equal(plainAddress(' [::1]:80 '), '::1');
  assert.equal(plainAddress('::FFFF:10.0.0.1'), '10.0.0.1');
  assert.equal(plainAddress('10.0.0.1:5555'), '10.0.0.1');
  assert.equal(plainAddress('fe80::1%eth0'), 'fe80::1');
});
