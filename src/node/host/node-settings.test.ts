import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OpsError } from '../../state/index.ts';
import { resolveNodeSettings } from './node-settings.ts';
import { nodeSearchPath } from './search-path.ts';

const stored = {
  version: 1 as const,
  nodeId: 'id-1',
  displayName: 'build box',
  extra: true,
  gateway: { host: 'gw.example', port: 443, tls: true, tlsFingerprint: 'ab'.repeat(32) },
};

test('starts with the local gateway and the host name, and writes that down', () => {
  const settings = resolveNodeSettings({}, undefined, 'box');
  assert.equal(settings.url, 'ws://127.0.0.1:18789/');
  assert.equal(settings.displayName, 'box');
  assert.deepEqual(settings.file.gateway, { host: '127.0.0.1', port: 18789, tls: false });
  assert.equal(settings.file.nodeId, settings.nodeId);
});

test('takes what the file says, and keeps what it does not know', () => {
  const settings = resolveNodeSettings({}, stored, 'box');
  assert.equal(settings.url, 'wss://gw.example:443/');
  assert.deepEqual(settings.file, stored);
});

test('does not carry TLS and its pin over to another gateway', () => {
  const settings = resolveNodeSettings({ gateway: { host: '127.0.0.1', port: 18789 } }, stored, 'box');
  assert.equal(settings.url, 'ws://127.0.0.1:18789/');
  assert.equal(settings.tlsFingerprint, undefined);
  assert.equal('tlsFingerprint' in (settings.file.gateway ?? {}), false);
});

test('understands an address as a URL, with its own default ports and IPv6', () => {
  assert.equal(
    resolveNodeSettings({ url: 'wss://host.ts.net' }, undefined, 'b').gatewayKey,
    'host.ts.net:443',
  );
  const six = resolveNodeSettings({ url: 'ws://[::1]:18789' }, undefined, 'b');
  assert.equal(six.url, 'ws://[::1]:18789/');
  assert.equal(six.file.gateway?.host, '::1');
});

test('plain text beyond loopback has to be asked for in words', () => {
  const elsewhere = (gateway: object) =>
    resolveNodeSettings({ gateway: { host: '192.168.1.5', ...gateway } }, undefined, 'b');
  assert.throws(
    () => elsewhere({}),
    (error) => error instanceof OpsError && error.code === 'config/invalid' && /in clear/.test(error.message),
  );
  const meant = elsewhere({ tls: false });
  assert.deepEqual([meant.url, meant.isReadableOnTheWay], ['ws://192.168.1.5:18789/', true]);
  assert.equal(resolveNodeSettings({}, meant.file, 'b').url, meant.url, 'the next start remembers it');
  for (const host of ['localhost', '127.0.0.9', '::1'])
    assert.equal(elsewhere({ host }).isReadableOnTheWay, false);
});

for (const [name, overrides] of [
  ['a pin without TLS', { gateway: { tls: false, tlsFingerprint: 'ab'.repeat(32) } }],
  ['a pin that is none', { gateway: { tls: true, tlsFingerprint: 'abc' } }],
  ['a port that is none', { gateway: { port: 70_000 } }],
  ['another scheme', { url: 'http://host' }],
  ['a host name that is none', { gateway: { host: 'a b' } }],
] as const) {
  test(`refuses ${name}`, () => {
    assert.throws(
      () => resolveNodeSettings(overrides, undefined, 'box'),
      (error) => error instanceof OpsError && error.code === 'usage' && error.message.startsWith('cannot '),
    );
  });
}

test('puts the usual directories in front of PATH, once, and drops relative ones', () => {
  const path = nodeSearchPath(
    { PATH: '/opt/x:bin::/usr/bin:.' },
    '/home/u',
    (directory) => directory !== '/home/u/.bun/bin',
  );
  assert.equal(path, '/home/u/.local/bin:/usr/local/bin:/usr/bin:/bin:/opt/x');
  const kept = nodeSearchPath(
    { PATH: '/opt/x:/bin', CLAWDBOT_PATH_BOOTSTRAPPED: '1' },
    '/home/u',
    () => true,
  );
  assert.equal(kept, '/opt/x:/bin');
});
