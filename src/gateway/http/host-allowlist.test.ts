import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isHostAllowed, isOriginAllowed } from './host-allowlist.ts';

const policy = {
  port: 18789,
  allowedHosts: ['box.lan', 'gw.lan:8443'],
  boundAddresses: ['192.168.1.5'],
};

for (const host of [
  '127.0.0.1:18789',
  'localhost:18789',
  '[::1]:18789',
  '127.0.0.1:9999',
  'LOCALHOST',
  '192.168.1.5:18789',
  'box.lan',
  'box.lan:443',
  'box.lan.',
  'server.tail1234.ts.net',
  'server.tail1234.ts.net:18789',
  'server.tail1234.ts.net:8443',
  'gw.lan:8443',
]) {
  test(`answers to the host ${host}`, () => assert.ok(isHostAllowed(host, policy)));
}

for (const host of [
  undefined,
  '',
  'evil.example',
  'evil.example:18789',
  '127.0.0.1.evil.example',
  'localhost.evil.example',
  'box.lan:1234',
  'ts.net',
  'tail1234.ts.net',
  'evil.example.ts.net.evil.example',
  'server.tail1234.ts.net.evil.example',
  'a.b.tail1234.ts.net',
  'gw.lan',
  'gw.lan:18789',
  '127.0.0.1:18789@evil.example',
  '127.0.0.1, evil.example',
  '192.168.1.5:80',
  '[::1',
  '0x7f000001',
]) {
  test(`does not answer to the host ${host}`, () => assert.ok(!isHostAllowed(host, policy)));
}

test('bound to every address, answers to every literal one on its port and still to no other name', () => {
  const wide = { ...policy, boundAddresses: ['0.0.0.0', '[::1]'] };
  for (const host of ['10.1.2.3:18789', '[fd00::5]:18789']) assert.ok(isHostAllowed(host, wide), host);
  for (const host of ['10.1.2.3:80', 'evil.example:18789', '10.1.2.3.evil.example:18789']) {
    assert.ok(!isHostAllowed(host, wide), host);
  }
});

test('lets programs without an origin and same-origin pages in', () => {
  assert.ok(isOriginAllowed(undefined, '127.0.0.1:18789', policy));
  assert.ok(isOriginAllowed('http://127.0.0.1:18789', '127.0.0.1:18789', policy));
  assert.ok(isOriginAllowed('https://box.tail1.ts.net', 'box.tail1.ts.net', policy));
  assert.ok(isOriginAllowed('http://localhost:9999', 'localhost:9999', policy));
});

test('keeps every other page out, other ports of this machine and opaque origins included', () => {
  assert.ok(!isOriginAllowed('https://evil.example', '127.0.0.1:18789', policy));
  assert.ok(!isOriginAllowed('http://127.0.0.1:3000', '127.0.0.1:18789', policy));
  assert.ok(!isOriginAllowed('http://evil.example', 'evil.example', policy));
  assert.ok(!isOriginAllowed('null', '127.0.0.1:18789', policy));
  assert.ok(!isOriginAllowed('file://', '127.0.0.1:18789', policy));
});
