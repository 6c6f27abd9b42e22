/** This browser as a device: it can sign, and nobody, not even this page, can read the private key. */
export type DeviceKeys = {
  /** Lower-case hex SHA-256 of the raw public key (gateway-protocol §5). */
  deviceId: string;
  /** Base64url of the raw 32 bytes. */
  publicKey: string;
  sign(text: string): Promise<string>;
};

const DATABASE = 'clawdbot-control-ui';
const STORE = 'keys';
const RECORD = 'device';

/**
 * The key pair of this browser and origin, made on the first visit and kept in IndexedDB, not extractable.
 * @returns undefined where the browser offers no WebCrypto (plain http under another name than localhost) or no Ed25519
 *   in it (before Chrome 137, Firefox 129, Safari 17)
 */
export async function openDeviceKeys(): Promise<DeviceKeys | undefined> {
  // Typed as always there; browsers leave it out in an insecure context.
  const subtle: SubtleCrypto | undefined = globalThis.crypto?.subtle;
  if (subtle === undefined) return undefined;
  try {
    const pair = await storedPair(subtle);
    const raw = new Uint8Array(await subtle.exportKey('raw', pair.publicKey));
    const digest = new Uint8Array(await subtle.digest('SHA-256', raw));
    return {
      deviceId: Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join(''),
      publicKey: base64url(raw),
      sign: async (text) =>
        base64url(
          new Uint8Array(await subtle.sign('Ed25519', pair.privateKey, new TextEncoder().encode(text))),
        ),
    };
  } catch (thrown) {
    if (thrown instanceof DOMException && thrown.name === 'NotSupportedError') return undefined;
    throw thrown;
  }
}

/** Two tabs that open at once both make a pair; the first stored one wins for both. */
async function storedPair(subtle: SubtleCrypto): Promise<CryptoKeyPair> {
  const database = await openDatabase();
  try {
    const known = await answerOf(database.transaction(STORE).objectStore(STORE).get(RECORD));
    if (isKeyPair(known)) return known;
    // Ed25519 always gives a pair; the type covers symmetric algorithms too.
    const made = (await subtle.generateKey('Ed25519', false, ['sign', 'verify'])) as CryptoKeyPair;
    const store = database.transaction(STORE, 'readwrite').objectStore(STORE);
    const other = await answerOf(store.get(RECORD));
    if (isKeyPair(other)) return other;
    await answerOf(store.put(made, RECORD));
    return made;
  } finally {
    database.close();
  }
}

function openDatabase(): Promise<IDBDatabase> {
  const opening = indexedDB.open(DATABASE, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
  return answerOf(opening);
}

function answerOf<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function isKeyPair(value: unknown): value is CryptoKeyPair {
  return typeof value === 'object' && value !== null && 'privateKey' in value && 'publicKey' in value;
}

function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');
}
