import assert from 'node:assert/strict';
import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { signedConnectText } from '../device-signature.ts';
import {
  deviceIdOf,
  generateDeviceKeys,
  publicKeyOnWire,
  rawPublicKey,
  signText,
  verifyText,
} from './identity.ts';

const samples = new URL('../../../test/wire-samples/', import.meta.url);
const real = JSON.parse(readFileSync(new URL('v3/device-identity-vector.json', samples), 'utf8'));
const now = JSON.parse(readFileSync(new URL('v4/signature-vectors.json', samples), 'utf8'));

for (const vector of real.vectors) {
  test(`gives the real program's key forms, signed text and signature: ${vector.name}`, () => {
    const { client, role, scopes, device, auth } = vector.connectFrame.params;
    assert.equal(publicKeyOnWire(vector.publicKeyPem), vector.publicKeyBase64Url);
    assert.equal(deviceIdOf(rawPublicKey(vector.publicKeyPem)), vector.deviceId);
    const text = signedConnectText(vector.payloadVersion, {
      deviceId: vector.deviceId,
      clientId: client.id,
      clientMode: client.mode,
      role,
      scopes: scopes ?? [],
      signedAtMs: device.signedAt,
      token: auth?.token ?? '',
      nonce: device.nonce ?? '',
      platform: client.platform,
      deviceFamily: client.deviceFamily ?? '',
    });
    assert.equal(text, vector.signedPayload);
    assert.equal(signText(vector.privateKeyPem, text), device.signature);
    assert.ok(verifyText(rawPublicKey(device.publicKey), text, device.signature));
  });
}

for (const vector of now.vectors) {
  test(`signs and verifies the successor's vector: ${vector.name}`, () => {
    const pkcs8 = Buffer.concat([
      Buffer.from('302e020100300506032b657004220420', 'hex'),
      Buffer.from(now.seedHex, 'hex'),
    ]);
    const pem = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' }).export({
      format: 'pem',
      type: 'pkcs8',
    });
    assert.equal(signText(String(pem), vector.string), vector.signature);
    assert.ok(verifyText(rawPublicKey(now.publicKey), vector.string, vector.signature));
    assert.ok(!verifyText(rawPublicKey(now.publicKey), `${vector.string} `, vector.signature));
  });
}

test('refuses a key of another kind and a signature of another length', () => {
  assert.throws(() => rawPublicKey('AAAA'), /not 32 bytes/);
  const keys = generateDeviceKeys();
  assert.ok(!verifyText(rawPublicKey(keys.publicKeyPem), 'text', 'AAAA'));
});
