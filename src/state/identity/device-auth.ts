import { isPlainObject } from '../config/plain-object.ts';
import { OpsError } from '../ops-error.ts';
import { readTextIfPresent, writePrivateFile } from '../private-file.ts';
import { jsonProblem } from './json-problem.ts';

/** A device token this machine was given as a client. */
export type StoredDeviceToken = {
  token: string;
  role: string;
  scopes: readonly string[];
  updatedAtMs: number;
};

type AuthFile = { version: 1; deviceId: string; tokens: Record<string, unknown> } & Record<string, unknown>;

/**
 * The token for a role from `identity/device-auth.json`, or undefined: also when the file is of another device.
 * Tokens got from a gateway other than `gateway` (host:port) are left alone; one without a note of its gateway
 * (written by the real program) fits every gateway.
 * @throws `state/damaged`, `state/unreadable`
 */
export function readDeviceToken(
  path: string,
  of: { deviceId: string; role: string; gateway?: string },
): StoredDeviceToken | undefined {
  const file = readAuthFile(path);
  if (file === undefined || file.deviceId !== of.deviceId) return undefined;
  const tokens = file.tokens;
  const bound = of.gateway === undefined ? undefined : tokenOf(tokens[`${of.role}@${of.gateway}`]);
  const plain = tokenOf(Object.hasOwn(tokens, of.role) ? tokens[of.role] : undefined);
  if (bound !== undefined || plain === undefined || of.gateway === undefined) return bound ?? plain;
  const isOfAnother = Object.entries(tokens).some(
    ([key, entry]) => key.startsWith(`${of.role}@`) && tokenOf(entry)?.token === plain.token,
  );
  // never show one gateway the token of another
  return isOfAnother ? undefined : plain;
}

/** Remembers a token. Tokens of another device id are dropped: they cannot be used any more. */
export function writeDeviceToken(
  path: string,
  of: { deviceId: string; gateway?: string },
  token: StoredDeviceToken,
): void {
  update(path, of.deviceId, (tokens) => {
    // the plain role is what the real programs read; the bound entry keeps two gateways apart
    const bound = of.gateway === undefined ? {} : { [`${token.role}@${of.gateway}`]: token };
    return { ...tokens, [token.role]: token, ...bound };
  });
}

/** Forgets the token of a role. Does nothing when there is none. */
export function forgetDeviceToken(
  path: string,
  of: { deviceId: string; role: string; gateway?: string },
): void {
  const refused = readDeviceToken(path, of)?.token;
  if (refused === undefined) return;
  update(path, of.deviceId, (tokens) =>
    Object.fromEntries(Object.entries(tokens).filter(([, entry]) => tokenOf(entry)?.token !== refused)),
  );
}

function update(
  path: string,
  deviceId: string,
  change: (tokens: Record<string, unknown>) => Record<string, unknown>,
): void {
  const file = readAuthFile(path);
  const kept = file !== undefined && file.deviceId === deviceId ? file : { version: 1, deviceId, tokens: {} };
  writePrivateFile(path, `${JSON.stringify({ ...kept, tokens: change(kept.tokens) }, null, 2)}\n`);
}

function readAuthFile(path: string): AuthFile | undefined {
  const text = readTextIfPresent(path);
  if (text === undefined) return undefined;
  let stored: unknown;
  try {
    stored = JSON.parse(text);
  } catch (cause) {
    throw damaged(path, jsonProblem(cause));
  }
  if (!isPlainObject(stored) || typeof stored['deviceId'] !== 'string' || !isPlainObject(stored['tokens'])) {
    throw damaged(path, 'it does not have the fields of a device-auth file');
  }
  return { ...stored, version: 1, deviceId: stored['deviceId'], tokens: stored['tokens'] };
}

function tokenOf(entry: unknown): StoredDeviceToken | undefined {
  if (!isPlainObject(entry)) return undefined;
  const { token, role, scopes, updatedAtMs } = entry;
  if (typeof token !== 'string' || token === '' || typeof role !== 'string') return undefined;
  const texts = Array.isArray(scopes) ? scopes.filter((scope) => typeof scope === 'string') : [];
  return { token, role, scopes: texts, updatedAtMs: typeof updatedAtMs === 'number' ? updatedAtMs : 0 };
}

function damaged(path: string, reason: string): OpsError {
  return new OpsError(
    'state/damaged',
    `cannot read the device tokens ${path}: ${reason}; the file was left as it is`,
    {
      evidence: { path },
      remedies: [
        {
          kind: 'read',
          text: 'The tokens in it can be had again: move it aside and connect with the shared token.',
        },
        { kind: 'run', command: ['mv', path, `${path}.damaged`] },
      ],
    },
  );
}
