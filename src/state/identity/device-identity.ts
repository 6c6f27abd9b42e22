import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto';
import { isPlainObject } from '../config/plain-object.ts';
import { OpsError } from '../ops-error.ts';
import { createPrivateFile, readTextIfPresent } from '../private-file.ts';
import { jsonProblem } from './json-problem.ts';

/** This machine's Ed25519 key and the id that follows from it (gateway-protocol section 5). */
export type DeviceIdentity = {
  /** Lower-case hex SHA-256 of the 32 raw public key bytes. */
  deviceId: string;
  publicKeyPem: string;
  privateKeyPem: string;
  /** base64url of the 32 raw bytes, as the wire wants it. */
  publicKey: string;
  createdAtMs: number;
};

/**
 * The identity in `identity/device.json`, made (0600) when there is none.
 * A damaged file is refused and kept: a new identity would have to be approved on every gateway again.
 * A wrong `deviceId` beside a good key is only a label and is corrected in memory.
 * @throws `identity/damaged`, `state/unreadable`, `state/write`
 */
export function loadOrCreateIdentity(path: string, now: number): DeviceIdentity {
  const text = readTextIfPresent(path);
  if (text !== undefined) return readIdentity(path, text);
  const created = createIdentity(now);
  const { deviceId, publicKeyPem, privateKeyPem, createdAtMs } = created;
  const content = { version: 1, deviceId, publicKeyPem, privateKeyPem, createdAtMs };
  if (createPrivateFile(path, `${JSON.stringify(content, null, 2)}\n`)) return created;
  // Of two programs that start together (`up` and its node) one loses, and has the key of the other.
  return loadOrCreateIdentity(path, now);
}

/** The identity if there is one. @throws as {@link loadOrCreateIdentity} */
export function loadIdentity(path: string): DeviceIdentity | undefined {
  const text = readTextIfPresent(path);
  return text === undefined ? undefined : readIdentity(path, text);
}

function createIdentity(now: number): DeviceIdentity {
  const { privateKey } = generateKeyPairSync('ed25519');
  return identityOf(privateKey, now);
}

function readIdentity(path: string, text: string): DeviceIdentity {
  let stored: unknown;
  try {
    stored = JSON.parse(text);
  } catch (cause) {
    throw damaged(path, `it is not JSON (${jsonProblem(cause)})`);
  }
  if (!isPlainObject(stored)) throw damaged(path, 'it is not an object');
  const { version, privateKeyPem, createdAtMs, publicKeyPem } = stored;
  if (version !== 1) throw damaged(path, `its version is ${JSON.stringify(version) ?? 'missing'}, not 1`);
  if (typeof privateKeyPem !== 'string') throw damaged(path, 'it has no private key');
  const identity = identityOf(
    readPrivateKey(path, privateKeyPem),
    typeof createdAtMs === 'number' ? createdAtMs : 0,
  );
  if (typeof publicKeyPem === 'string' && !isSamePublicKey(publicKeyPem, identity.publicKey)) {
    throw damaged(path, 'its two keys do not belong together');
  }
  return identity;
}

function readPrivateKey(path: string, pem: string): KeyObject {
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch {
    // the reason is not passed on: OpenSSL texts may quote key material
  }
  throw damaged(path, 'its private key cannot be read');
}

function identityOf(privateKey: KeyObject, createdAtMs: number): DeviceIdentity {
  const publicKey = createPublicKey(privateKey);
  const raw = rawBytes(publicKey);
  return {
    deviceId: createHash('sha256').update(raw).digest('hex'),
    publicKeyPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    privateKeyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicKey: raw.toString('base64url'),
    createdAtMs,
  };
}

/** The last 32 bytes of the 44-byte SPKI form (RFC 8410). */
function rawBytes(publicKey: KeyObject): Buffer {
  return publicKey.export({ type: 'spki', format: 'der' }).subarray(-32);
}

function isSamePublicKey(pem: string, raw: string): boolean {
  try {
    return rawBytes(createPublicKey(pem)).toString('base64url') === raw;
  } catch {
    return false;
  }
}

function damaged(path: string, reason: string): OpsError {
  return new OpsError(
    'identity/damaged',
    `cannot use the device identity ${path}: ${reason}; it was left as it is`,
    {
      evidence: { path },
      remedies: [
        { kind: 'read', text: 'Restore the file from a backup to keep every pairing.' },
        {
          kind: 'read',
          text: 'Or move it aside: a new identity is made, and each gateway has to approve it again.',
        },
        { kind: 'run', command: ['mv', path, `${path}.damaged`] },
      ],
    },
  );
}
