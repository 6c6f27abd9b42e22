import { createHash, createPrivateKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { at, isObject, type JsonObject } from './json.ts';

/** An Ed25519 identity that stands for one of the recorded devices. */
export type Device = { id: string; publicKey: string; privateKey: KeyObject };

/** A fresh identity. */
export function makeDevice(): Device {
  return deviceOf(generateKeyPairSync('ed25519').privateKey);
}

/** The identity of a PEM private key (of the signature vectors). */
export function deviceFromPem(pem: string): Device {
  return deviceOf(createPrivateKey(pem));
}

/** Device id = lower-case hex SHA-256 of the 32 raw key bytes (protocol 3, section 5). */
export function deviceIdOf(publicKeyBase64Url: string): string {
  return createHash('sha256').update(Buffer.from(publicKeyBase64Url, 'base64url')).digest('hex');
}

/**
 * The text a device signs, written from the protocol notes (section 5) and not taken from src/protocol,
 * so that an error there cannot hide here.
 */
export function signedText(params: JsonObject): string {
  const device = at(params, 'device');
  const scopes = at(params, 'scopes');
  const nonce = at(device, 'nonce');
  const fields = [
    nonce === undefined ? 'v1' : 'v2',
    at(device, 'id'),
    at(params, 'client', 'id'),
    at(params, 'client', 'mode'),
    at(params, 'role') ?? 'operator',
    Array.isArray(scopes) ? scopes.join(',') : '',
    at(device, 'signedAt'),
    at(params, 'auth', 'token') ??
      at(params, 'auth', 'deviceToken') ??
      at(params, 'auth', 'bootstrapToken') ??
      '',
  ];
  if (nonce !== undefined) fields.push(nonce);
  return fields.map(String).join('|');
}

/** The parameters with `device.signature` made by this identity over the rest of them. */
export function signConnect(params: JsonObject, device: Device): JsonObject {
  const block = at(params, 'device');
  if (!isObject(block)) return params;
  const signature = sign(null, Buffer.from(signedText(params)), device.privateKey).toString('base64url');
  return { ...params, device: { ...block, signature } };
}

function deviceOf(privateKey: KeyObject): Device {
  const jwk = privateKey.export({ format: 'jwk' });
  if (jwk.x === undefined) throw new Error('cannot read the public half of an Ed25519 key');
  return { id: deviceIdOf(jwk.x), publicKey: jwk.x, privateKey };
}
