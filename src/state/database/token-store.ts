import { randomBytes } from 'node:crypto';
import { isSameSecret } from '../same-secret.ts';
import type { Connection } from './connection.ts';
import type { IssuedToken, TokenSummary } from './pairing-types.ts';
import { numberOf, optionalNumber, type Row, textOf } from './row.ts';

/** Why a device token is not accepted. `scope`: genuine, but it does not cover what is asked. */
type TokenVerdict = 'accepted' | 'unknown' | 'revoked' | 'mismatch' | 'scope';

type TokenAsk = { deviceId: string; role: string; scopes: readonly string[]; now: number };

/** Device tokens: one per device and role. */
export type TokenStore = {
  /** Sorted by role; never the secrets. */
  listTokens(deviceId: string): TokenSummary[];
  listAllTokens(): Map<string, TokenSummary[]>;
  /** Compares in constant time; success is remembered as last use. */
  checkToken(ask: TokenAsk & { token: string }): TokenVerdict;
  /** The present token when it is not revoked and covers the scopes, else a new one. */
  ensureToken(ask: TokenAsk): IssuedToken;
  /** A new token whatever was there (`createdAtMs` stays, `rotatedAtMs` is set). The device must be paired. */
  issueToken(ask: TokenAsk): IssuedToken;
  /**
   * A new token with the former scopes, or the given ones (which then become the device's scopes too).
   * Undefined when the device is not known. Any role name is accepted, as in the real program.
   */
  rotateToken(input: {
    deviceId: string;
    role: string;
    scopes?: readonly string[];
    now: number;
  }): IssuedToken | undefined;
  /** The time of revocation (the first one stays), or undefined when there is no such token. */
  revokeToken(deviceId: string, role: string, now: number): number | undefined;
};

/** The store for tokens over one connection. */
export function createTokenStore(connection: Connection): TokenStore {
  const find = (deviceId: string, role: string): Row | undefined =>
    connection.get('SELECT * FROM device_token WHERE device_id = ? AND role = ?', deviceId, role);

  const issueToken: TokenStore['issueToken'] = ({ deviceId, role, scopes, now }) => {
    const sorted = [...new Set(scopes)].sort();
    connection.run(
      `INSERT INTO device_token (device_id, role, token, scopes, created_at_ms) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (device_id, role) DO UPDATE SET token = excluded.token, scopes = excluded.scopes,
         rotated_at_ms = excluded.created_at_ms, revoked_at_ms = NULL`,
      deviceId,
      role,
      randomBytes(16).toString('hex'),
      JSON.stringify(sorted),
      now,
    );
    const row = find(deviceId, role);
    if (row === undefined) throw new Error('a token written just now is not there');
    return issuedOf(row);
  };

  return {
    issueToken,

    listTokens: (deviceId) =>
      connection.all('SELECT * FROM device_token WHERE device_id = ? ORDER BY role', deviceId).map(summaryOf),

    listAllTokens: () => {
      const byDevice = new Map<string, TokenSummary[]>();
      for (const row of connection.all('SELECT * FROM device_token ORDER BY device_id, role')) {
        const deviceId = textOf(row, 'device_id');
        byDevice.set(deviceId, [...(byDevice.get(deviceId) ?? []), summaryOf(row)]);
      }
      return byDevice;
    },

    checkToken: ({ deviceId, role, scopes, now, token }) => {
      const row = find(deviceId, role);
      if (row === undefined) return 'unknown';
      if (!isSameSecret(token, textOf(row, 'token'))) return 'mismatch';
      const { revokedAtMs, scopes: granted } = summaryOf(row);
      if (revokedAtMs !== undefined) return 'revoked';
      if (!scopes.every((scope) => granted.includes(scope))) return 'scope';
      connection.relaxed(() =>
        connection.run(
          'UPDATE device_token SET last_used_at_ms = ? WHERE device_id = ? AND role = ?',
          now,
          deviceId,
          role,
        ),
      );
      return 'accepted';
    },

    ensureToken: (ask) => {
      const row = find(ask.deviceId, ask.role);
      if (row !== undefined) {
        const present = issuedOf(row);
        const covers = ask.scopes.every((scope) => present.scopes.includes(scope));
        if (present.revokedAtMs === undefined && covers) return present;
      }
      return connection.transaction(() => issueToken(ask));
    },

    rotateToken: ({ deviceId, role, scopes, now }) =>
      connection.transaction(() => {
        const device = connection.get('SELECT facts FROM device WHERE device_id = ?', deviceId);
        if (device === undefined) return undefined;
        if (scopes !== undefined) {
          const facts = { ...JSON.parse(textOf(device, 'facts')), scopes: [...new Set(scopes)] };
          connection.run('UPDATE device SET facts = ? WHERE device_id = ?', JSON.stringify(facts), deviceId);
        }
        const row = find(deviceId, role);
        const former = row === undefined ? [] : summaryOf(row).scopes;
        return issueToken({ deviceId, role, scopes: scopes ?? former, now });
      }),

    revokeToken: (deviceId, role, now) =>
      connection.transaction(() => {
        connection.run(
          'UPDATE device_token SET revoked_at_ms = coalesce(revoked_at_ms, ?) WHERE device_id = ? AND role = ?',
          now,
          deviceId,
          role,
        );
        const row = find(deviceId, role);
        return row === undefined ? undefined : optionalNumber(row, 'revoked_at_ms');
      }),
  };
}

function summaryOf(row: Row): TokenSummary {
  const rotatedAtMs = optionalNumber(row, 'rotated_at_ms');
  const revokedAtMs = optionalNumber(row, 'revoked_at_ms');
  const lastUsedAtMs = optionalNumber(row, 'last_used_at_ms');
  const scopes: string[] = JSON.parse(textOf(row, 'scopes'));
  return {
    role: textOf(row, 'role'),
    scopes,
    createdAtMs: numberOf(row, 'created_at_ms'),
    ...(rotatedAtMs === undefined ? {} : { rotatedAtMs }),
    ...(revokedAtMs === undefined ? {} : { revokedAtMs }),
    ...(lastUsedAtMs === undefined ? {} : { lastUsedAtMs }),
  };
}

function issuedOf(row: Row): IssuedToken {
  return { ...summaryOf(row), token: textOf(row, 'token') };
}
