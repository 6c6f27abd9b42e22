import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  verify,
} from 'node:crypto';

/** DER prefix of an Ed25519 SubjectPublicKeyInfo (RFC 8410); the 32 raw key bytes follow. */
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

export type DeviceKeys = { deviceId: string; publicKeyPem: string; privateKeyPem: string };

/** A fresh Ed25519 key pair as PEM (SPKI, PKCS#8) with its device id. */
export function generateDeviceKeys(): DeviceKeys {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const publicKeyPem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  return {
    deviceId: deviceIdOf(rawPublicKey(publicKeyPem)),
    publicKeyPem,
    privateKeyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

/** Lower-case hex SHA-256 of the 32 raw public key bytes. */
export function deviceIdOf(rawKey: Buffer): string {
  return createHash('sha256').update(rawKey).digest('hex');
}

/**
 * The 32 raw bytes of a public key given as PEM or as base64url/base64 of the raw bytes.
 * @throws {Error} when it is neither
 */
export function rawPublicKey(publicKey: string): Buffer {
  if (publicKey.includes('BEGIN')) {
    const der = createPublicKey(publicKey).export({ type: 'spki', format: 'der' });
    if (der.length === SPKI_PREFIX.length + 32 && der.subarray(0, SPKI_PREFIX.length).equals(SPKI_PREFIX)) {
      return der.subarray(SPKI_PREFIX.length);
    }
    throw new Error('cannot use the public key: not Ed25519');
  }
  const raw = Buffer.from(publicKey, 'base64url');
  if (raw.length !== 32) throw new Error('cannot use the public key: not 32 bytes');
  return raw;
}

/** The wire form of a public key: base64url of the raw bytes, no padding. */
export function publicKeyOnWire(publicKeyPem: string): string {
  return rawPublicKey(publicKeyPem).toString('base64url');
}

/** Ed25519 signature over the UTF-8 text, base64url without padding. */
export function signText(privateKeyPem: string, text: string): string {
  return sign(null, Buffer.from(text, 'utf8'), createPrivateKey(privateKeyPem)).toString('base64url');
}

/** Is `signature` (base64url or base64) the Ed25519 signature of `text` under the raw key? Never throws. */
export function verifyText(rawKey: Buffer, text: string, signature: string): boolean {
  const bytes = Buffer.from(signature, 'base64url');
  if (bytes.length !== 64) return false;
  const key = createPublicKey({ key: Buffer.concat([SPKI_PREFIX, rawKey]), format: 'der', type: 'spki' });
  return verify(null, Buffer.from(text, 'utf8'), key, bytes);
}
