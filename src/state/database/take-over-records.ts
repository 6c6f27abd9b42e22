import { isPlainObject } from '../config/plain-object.ts';
import type { LegacyNode } from './node-rows.ts';
import type { DeviceRequest, IssuedToken } from './pairing-types.ts';

/** A paired device as the real program stored it, checked. */
export type LegacyDevice = {
  device: {
    deviceId: string;
    publicKey: string;
    facts: Record<string, unknown>;
    createdAtMs: number;
    approvedAtMs: number;
  };
  tokens: IssuedToken[];
};

/** Reads an entry of `devices/paired.json` (cli-and-state section 11). @throws with what is missing */
export function readLegacyDevice(entry: unknown): LegacyDevice {
  const record = object(entry);
  const tokens = isPlainObject(record['tokens']) ? Object.entries(record['tokens']) : [];
  const role = optionalText(record, 'role');
  const roles = textList(record['roles']);
  const approvedAtMs = number(record['approvedAtMs'] ?? record['createdAtMs'], 'approvedAtMs');
  return {
    device: {
      deviceId: text(record, 'deviceId'),
      publicKey: rawPublicKey(text(record, 'publicKey')),
      facts: {
        ...texts(record, [
          'displayName',
          'platform',
          'deviceFamily',
          'clientId',
          'clientMode',
          'role',
          'remoteIp',
        ]),
        roles: roles.length > 0 || role === undefined ? roles : [role],
        scopes: textList(record['scopes']),
      },
      createdAtMs: number(record['createdAtMs'] ?? approvedAtMs, 'createdAtMs'),
      approvedAtMs,
    },
    tokens: tokens.map(([key, token]) => readToken(key, token)),
  };
}

/** Reads an entry of `devices/pending.json`. @throws with what is missing */
export function readLegacyRequest(entry: unknown): DeviceRequest {
  const record = object(entry);
  const role = optionalText(record, 'role') ?? textList(record['roles'])[0] ?? 'operator';
  return {
    ...texts(record, ['displayName', 'platform', 'deviceFamily', 'clientId', 'clientMode', 'remoteIp']),
    requestId: text(record, 'requestId'),
    deviceId: text(record, 'deviceId'),
    publicKey: rawPublicKey(text(record, 'publicKey')),
    role,
    roles: [role],
    scopes: textList(record['scopes']),
    silent: record['silent'] === true,
    isRepair: record['isRepair'] === true,
    ts: number(record['ts'], 'ts'),
  };
}

/** Reads an entry of `nodes/paired.json`. @throws with what is missing */
export function readLegacyNode(entry: unknown): LegacyNode {
  const record = object(entry);
  const lists = ['caps', 'commands', 'bins'].filter((key) => Array.isArray(record[key]));
  const lastConnectedAtMs = record['lastConnectedAtMs'];
  const approvedAtMs = number(record['approvedAtMs'] ?? record['createdAtMs'], 'approvedAtMs');
  return {
    ...texts(record, [
      'displayName',
      'platform',
      'version',
      'coreVersion',
      'uiVersion',
      'deviceFamily',
      'modelIdentifier',
      'remoteIp',
    ]),
    ...Object.fromEntries(lists.map((key) => [key, textList(record[key])])),
    ...(typeof lastConnectedAtMs === 'number' ? { lastConnectedAtMs } : {}),
    nodeId: text(record, 'nodeId'),
    source: 'legacy',
    token: text(record, 'token'),
    createdAtMs: number(record['createdAtMs'] ?? approvedAtMs, 'createdAtMs'),
    approvedAtMs,
  };
}

function readToken(key: string, entry: unknown): IssuedToken {
  const record = object(entry);
  const times = ['rotatedAtMs', 'revokedAtMs', 'lastUsedAtMs'].filter(
    (name) => typeof record[name] === 'number',
  );
  return {
    role: optionalText(record, 'role') ?? key,
    token: text(record, 'token'),
    scopes: textList(record['scopes']),
    createdAtMs: number(record['createdAtMs'], 'createdAtMs'),
    ...Object.fromEntries(times.map((name) => [name, record[name]])),
  };
}

/** Old records may hold the key as PEM: the raw 32 bytes are its last ones (gateway-protocol section 5). */
function rawPublicKey(key: string): string {
  if (!key.includes('BEGIN')) return key;
  const base64 = key.replace(/-----[^-]+-----/g, '').replace(/\s/g, '');
  return Buffer.from(base64, 'base64').subarray(-32).toString('base64url');
}

function object(entry: unknown): Record<string, unknown> {
  if (isPlainObject(entry)) return entry;
  throw new Error('is not an object');
}

function text(record: Record<string, unknown>, key: string): string {
  const value = optionalText(record, key);
  if (value === undefined) throw new Error(`${key} is missing`);
  return value;
}

function optionalText(record: Record<string, unknown>, key: string): string | undefined {
  const value = record[key];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function texts<K extends string>(
  record: Record<string, unknown>,
  keys: readonly K[],
): Partial<Record<K, string>> {
  const found: Partial<Record<K, string>> = {};
  for (const key of keys) {
    const value = optionalText(record, key);
    if (value !== undefined) found[key] = value;
  }
  return found;
}

function textList(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

function number(value: unknown, key: string): number {
  if (typeof value === 'number' && Number.isSafeInteger(Math.trunc(value))) return Math.trunc(value);
  throw new Error(`${key} is missing`);
}
