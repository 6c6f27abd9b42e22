import assert from 'node:assert/strict';
import { verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { deviceFromPem, makeDevice, signConnect, signedText } from './device.ts';
import { at, isObject, type JsonObject, textAt } from './json.ts';

const file: unknown = JSON.parse(
  readFileSync(resolve(import.meta.dirname, '../wire-samples/v3/device-identity-vector.json'), 'utf8'),
);
const listed = at(file, 'vectors');
const vectors: JsonObject[] = Array.isArray(listed) ? listed.filter(isObject) : [];

test('the vectors of the published program are there', () => assert.equal(vectors.length, 3));

for (const vector of vectors) {
  test(`reproduces the published vector: ${String(vector.name)}`, () => {
    const params = at(vector, 'connectFrame', 'params');
    assert.ok(isObject(params));
    const device = deviceFromPem(textAt(vector, 'privateKeyPem') ?? '');
    assert.equal(device.id, textAt(vector, 'deviceId'));
    assert.equal(signedText(params), textAt(vector, 'signedPayload'));
    assert.equal(
      textAt(signConnect(params, device), 'device', 'signature'),
      textAt(params, 'device', 'signature'),
    );
  });
}

test('a fresh identity signs so that its own public key verifies', () => {
  const device = makeDevice();
  const params = signConnect(
    { client: { id: 'cli', mode: 'cli' }, device: { id: device.id, signedAt: 1 } },
    device,
  );
  const signature = Buffer.from(textAt(params, 'device', 'signature') ?? '', 'base64url');
  assert.ok(verify(null, Buffer.from(signedText(params)), device.privateKey, signature));
});
