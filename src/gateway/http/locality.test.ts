import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countedAs, placePeer, plainAddress } from './locality.ts';

const cases: [string, string, Record<string, string>, string[], boolean, string | undefined, boolean][] = [
  ['plain loopback', '127.0.0.1', {}, [], true, '127.0.0.1', false],
  ['mapped loopback', '::ffff:127.0.0.1', {}, [], true, '127.0.0.1', false],
  ['IPv6 loopback', '::1', {}, [], true, '::1', false],
  ['another machine', '192.168.1.7', {}, [], false, '192.168.1.7', false],
  ['proxy nobody trusts', '127.0.0.1', { 'x-forwarded-for': '127.0.0.1' }, [], false, undefined, true],
  ['only a host header of a proxy', '127.0.0.1', { 'x-forwarded-host': 'a' }, [], false, undefined, true],
  ['standard Forwarded', '127.0.0.1', { forwarded: 'for=1.2.3.4' }, [], false, undefined, true],
  [
    'a proxy that tells only its port',
    '127.0.0.1',
    { 'x-forwarded-port': '443' },
    [],
    false,
    undefined,
    true,
  ],
  ['Cloudflare', '127.0.0.1', { 'cf-connecting-ip': '1.2.3.4' }, [], false, undefined, true],
  ['Funnel', '127.0.0.1', { 'tailscale-funnel-request': '?1' }, [], false, undefined, true],
  ['a client that only looks so', '127.0.0.1', { 'x-client': 'forwarded' }, [], true, '127.0.0.1', false],
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

for (const [address, counted] of [
  ['203.0.113.9', '203.0.113.9'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8:1:2::6', '2001:db8:1:2::/64'],
  ['2001:db8::6', '2001:db8:0:0::/64'],
  ['2001:0db8:0000:0000:1:2:3:4', '2001:db8:0:0::/64'],
  ['2a00::1', '2a00:0:0:0::/64'],
  ['fd7a:115c:a1e0::1234', 'fd7a:115c:a1e0::1234'],
  ['fe80::1', 'fe80::1'],
  ['::1', '::1'],
  ['untrusted proxy', 'untrusted proxy'],
] as const)
  test(`failed attempts from ${address} count for ${counted}`, () =>
    assert.equal(countedAs(address), counted));
