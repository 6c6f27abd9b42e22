import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { test } from 'node:test';
import { temporaryPath } from '../../../test/state/temporary-path.ts';
import { forgetDeviceToken, readDeviceToken, writeDeviceToken } from './device-auth.ts';
import { loadIdentity, loadOrCreateIdentity } from './device-identity.ts';
import { newNodeConfig, readNodeConfig, writeNodeConfig } from './node-config.ts';

/** From the wire samples of Clawdbot 2026.1.24-3 (a key made for tests). */
const VECTOR = {
  privateKeyPem:
    '-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIOXKlu43to4QrK20K9S5tzX5b4mUXn3H6Ldk7SMmVkdH\n-----END PRIVATE KEY-----\n',
  publicKeyPem:
    '-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAauvu6c19/YCYRY3+cdrZW597dLxXAaq17nZPUg8aWQE=\n-----END PUBLIC KEY-----\n',
  publicKey: 'auvu6c19_YCYRY3-cdrZW597dLxXAaq17nZPUg8aWQE',
  deviceId: '99b82cfdc690f8179ce2d930d741bd4c6f0eadfcd76e54272c87bed715f0b7a0',
};
const FILE = {
  version: 1,
  deviceId: VECTOR.deviceId,
  publicKeyPem: VECTOR.publicKeyPem,
  privateKeyPem: VECTOR.privateKeyPem,
  createdAtMs: 7,
};

test('makes an identity once, private, and reads it back', (t) => {
  const path = temporaryPath(t, 'identity/device.json');
  const made = loadOrCreateIdentity(path, 42);
  assert.deepEqual(loadOrCreateIdentity(path, 99), made);
  assert.deepEqual(loadIdentity(path), made);
  assert.equal(fs.statSync(path).mode & 0o777, 0o600);
  assert.match(made.deviceId, /^[0-9a-f]{64}$/);
  assert.equal(made.createdAtMs, 42);
});

test('reads the file of the real program', (t) => {
  const path = temporaryPath(t, 'device.json');
  fs.writeFileSync(path, JSON.stringify(FILE));
  assert.deepEqual(loadIdentity(path), { ...VECTOR, createdAtMs: 7 });
});

test('a wrong deviceId beside a good key is corrected, and without a file there is none', (t) => {
  const path = temporaryPath(t, 'device.json');
  assert.equal(loadIdentity(path), undefined);
  fs.writeFileSync(path, JSON.stringify({ ...FILE, deviceId: 'wrong' }));
  assert.equal(loadOrCreateIdentity(path, 1).deviceId, VECTOR.deviceId);
});

const otherPublicKey =
  '-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEArtfOyyPo727f86Bw4w+DNndfyBk2QNfeqzZTMa94FDE=\n-----END PUBLIC KEY-----\n';
const damages: { text: string; reason: RegExp }[] = [
  { text: '', reason: /it is not JSON/ },
  { text: JSON.stringify(FILE).slice(0, 90), reason: /it is not JSON/ },
  { text: '[]', reason: /it is not an object/ },
  { text: '{"version": 2}', reason: /its version is 2, not 1/ },
  { text: '{"version": 1}', reason: /it has no private key/ },
  { text: JSON.stringify({ ...FILE, privateKeyPem: 'rubbish' }), reason: /its private key cannot be read/ },
  {
    text: JSON.stringify({ ...FILE, publicKeyPem: otherPublicKey }),
    reason: /its two keys do not belong together/,
  },
];

for (const { text, reason } of damages) {
  test(`refuses and keeps a damaged identity: ${reason.source}`, (t) => {
    const path = temporaryPath(t, 'device.json');
    fs.writeFileSync(path, text);
    assert.throws(
      () => loadOrCreateIdentity(path, 1),
      (error: Error & { code?: string }) => {
        assert.equal(error.code, 'identity/damaged');
        assert.match(error.message, reason);
        assert.doesNotMatch(error.message, /MC4CAQ/);
        return true;
      },
    );
    assert.equal(fs.readFileSync(path, 'utf8'), text);
  });
}

test('device tokens: kept per role, forgotten, and not those of another device', (t) => {
  const path = temporaryPath(t, 'device-auth.json');
  const token = { token: 't1', role: 'node', scopes: [], updatedAtMs: 1 };
  assert.equal(readDeviceToken(path, { deviceId: 'd', role: 'node' }), undefined);
  writeDeviceToken(path, { deviceId: 'd' }, token);
  writeDeviceToken(
    path,
    { deviceId: 'd' },
    { ...token, token: 't2', role: 'operator', scopes: ['operator.read'] },
  );
  assert.deepEqual(readDeviceToken(path, { deviceId: 'd', role: 'node' }), token);
  assert.equal(readDeviceToken(path, { deviceId: 'other', role: 'node' }), undefined);
  assert.equal(fs.statSync(path).mode & 0o777, 0o600);
  forgetDeviceToken(path, { deviceId: 'd', role: 'node' });
  assert.equal(readDeviceToken(path, { deviceId: 'd', role: 'node' }), undefined);
  assert.equal(readDeviceToken(path, { deviceId: 'd', role: 'operator' })?.token, 't2');
});

test('the token of one gateway is never shown to another, one of the real program is shown to any', (t) => {
  const path = temporaryPath(t, 'device-auth.json');
  const at = (gateway: string): string | undefined =>
    readDeviceToken(path, { deviceId: 'd', role: 'node', gateway })?.token;
  writeDeviceToken(
    path,
    { deviceId: 'd', gateway: 'a:1' },
    { token: 'ta', role: 'node', scopes: [], updatedAtMs: 1 },
  );
  assert.deepEqual([at('a:1'), at('b:1')], ['ta', undefined]);
  writeDeviceToken(
    path,
    { deviceId: 'd', gateway: 'b:1' },
    { token: 'tb', role: 'node', scopes: [], updatedAtMs: 2 },
  );
  assert.deepEqual([at('a:1'), at('b:1')], ['ta', 'tb']);
  const real = temporaryPath(t, 'device-auth.json');
  fs.writeFileSync(
    real,
    JSON.stringify({
      version: 1,
      deviceId: 'd',
      tokens: { node: { token: 'r', role: 'node', scopes: [], updatedAtMs: 3 } },
    }),
  );
  assert.equal(readDeviceToken(real, { deviceId: 'd', role: 'node', gateway: 'c:1' })?.token, 'r');
});

test('damaged token and node files are refused and kept', (t) => {
  const path = temporaryPath(t, 'broken.json');
  fs.writeFileSync(path, '{"version": 1, "tok');
  assert.throws(() => readDeviceToken(path, { deviceId: 'd', role: 'node' }), { code: 'state/damaged' });
  assert.throws(
    () => writeDeviceToken(path, { deviceId: 'd' }, { token: 't', role: 'node', scopes: [], updatedAtMs: 1 }),
    { code: 'state/damaged' },
  );
  assert.throws(() => readNodeConfig(path), { code: 'state/damaged' });
  assert.equal(fs.readFileSync(path, 'utf8'), '{"version": 1, "tok');
});

test('what is wrong with a file is said without a word of what stands in it', (t) => {
  const path = temporaryPath(t, 'leaky.json');
  for (const text of [
    '{"token": sEcReT-123}',
    '"sEcReT"x',
    'sEcReT-123',
    '{"version": 1, "token": "sEcReT',
  ]) {
    fs.writeFileSync(path, text, { mode: 0o600 });
    for (const read of [
      () => loadIdentity(path),
      () => readNodeConfig(path),
      () => readDeviceToken(path, { deviceId: 'd', role: 'node' }),
    ])
      assert.throws(read, (error: Error) => !/sEcR/.test(error.message));
  }
});

test('node.json keeps keys it does not know and is not written when nothing changed', (t) => {
  const path = temporaryPath(t, 'node.json');
  assert.equal(readNodeConfig(path), undefined);
  fs.writeFileSync(
    path,
    JSON.stringify({
      version: 1,
      nodeId: 'n',
      displayName: 'Box',
      gateway: { host: 'h', port: 99999, tls: true, x: 1 },
      y: 2,
    }),
  );
  const config = readNodeConfig(path);
  assert.deepEqual(config, {
    version: 1,
    nodeId: 'n',
    displayName: 'Box',
    gateway: { host: 'h', tls: true, x: 1 },
    y: 2,
  });
  const fresh = newNodeConfig({ displayName: 'B' });
  writeNodeConfig(path, fresh);
  const { ino } = fs.statSync(path);
  writeNodeConfig(path, fresh);
  assert.equal(fs.statSync(path).ino, ino);
  assert.deepEqual(readNodeConfig(path), fresh);
});
