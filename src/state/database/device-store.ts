import { randomUUID } from 'node:crypto';
import type { Connection } from './connection.ts';
import { deviceOf, factsOf } from './device-rows.ts';
import { parseRequest } from './pairing-request-rows.ts';
import {
  type ApprovedVia,
  type DeviceAsk,
  type DeviceRequest,
  type IssuedToken,
  type PairedDevice,
  PENDING_LIFE_MS,
  type Surface,
} from './pairing-types.ts';
import { dropUndefined, type Row, textOf } from './row.ts';
import { surfaceKey } from './surface-key.ts';
import { createTokenStore, type TokenStore } from './token-store.ts';

/** The answer to an approval. */
type DeviceApproval =
  | { kind: 'approved'; request: DeviceRequest; device: PairedDevice; token: IssuedToken }
  /** No such request, or its five minutes are over. */
  | { kind: 'unknown' };

/** What a successful connect tells about a device. */
type DeviceSeen = Partial<
  Pick<
    DeviceAsk,
    'displayName' | 'platform' | 'deviceFamily' | 'clientId' | 'clientMode' | 'role' | 'remoteIp'
  >
> & { reason: string };

/** Paired devices, requests for pairing and device tokens. Times are Unix milliseconds and come from the caller. */
export type DeviceStore = TokenStore & {
  /** Requests still alive at `now`, newest first. */
  listPending(now: number): DeviceRequest[];
  getPending(requestId: string, now: number): DeviceRequest | undefined;
  /** Newest approval first. */
  listPaired(): PairedDevice[];
  get(deviceId: string): PairedDevice | undefined;
  /**
   * Records that a device asks. One request per device: the same wish again keeps its id and lives on
   * (`created: false`); a wish for another role waits behind the one that is open; a changed wish of the same role
   * replaces it (`replaced` is the id that is void now), so nobody approves more or other than what was shown.
   */
  request(ask: DeviceAsk, now: number): { request: DeviceRequest; created: boolean; replaced?: string };
  /** Record, union of roles and scopes, and a new token for the role, in one step. */
  approve(requestId: string, decision: { now: number; via: ApprovedVia }): DeviceApproval;
  reject(requestId: string, now: number): { kind: 'rejected'; request: DeviceRequest } | { kind: 'unknown' };
  /** Refreshes descriptive fields after a connect, and the time. Not synced: see {@link Connection.relaxed}. */
  seen(deviceId: string, seen: DeviceSeen, now: number): void;
  /** What is approved for it as a node; `undefined` takes the approval back. */
  setSurface(deviceId: string, surface: Surface | undefined): boolean;
  /** Owner's name for it; `undefined` takes it away. False when there is no such device. */
  rename(deviceId: string, label: string | undefined): boolean;
  /** Forgets the device with tokens and open requests. */
  remove(deviceId: string): boolean;
  /** Takes one role away (tokens, surface); the record goes with the last role. */
  removeRole(deviceId: string, role: string): 'role-removed' | 'device-removed' | 'unknown';
};

/** The store for devices over one connection. */
export function createDeviceStore(connection: Connection): DeviceStore {
  const tokens = createTokenStore(connection);

  const get = (deviceId: string): PairedDevice | undefined => {
    const row = connection.get('SELECT * FROM device WHERE device_id = ?', deviceId);
    return row === undefined ? undefined : deviceOf(row, tokens.listTokens(deviceId));
  };

  const getPending = (requestId: string, now: number): DeviceRequest | undefined => {
    const row = connection.get(
      "SELECT * FROM pairing_request WHERE kind = 'device' AND request_id = ? AND ts > ?",
      requestId,
      now - PENDING_LIFE_MS,
    );
    return row === undefined ? undefined : parseRequest<DeviceRequest>(row);
  };

  const write = (device: PairedDevice): void => {
    connection.run(
      `INSERT INTO device (device_id, public_key, facts, approved_via, created_at_ms, approved_at_ms, last_seen_at_ms,
         last_seen_reason, surface) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (device_id) DO UPDATE SET public_key = excluded.public_key, facts = excluded.facts,
         approved_via = excluded.approved_via, approved_at_ms = excluded.approved_at_ms,
         last_seen_at_ms = excluded.last_seen_at_ms, last_seen_reason = excluded.last_seen_reason,
         surface = excluded.surface`,
      device.deviceId,
      device.publicKey,
      factsOf(device),
      device.approvedVia,
      device.createdAtMs,
      device.approvedAtMs,
      device.lastSeenAtMs ?? null,
      device.lastSeenReason ?? null,
      device.surface === undefined ? null : JSON.stringify(device.surface),
    );
  };

  const deleteRequest = (requestId: string): void => {
    connection.run('DELETE FROM pairing_request WHERE request_id = ?', requestId);
  };

  return {
    ...tokens,
    get,
    getPending,

    listPending: (now) =>
      connection
        .all(
          "SELECT * FROM pairing_request WHERE kind = 'device' AND ts > ? ORDER BY ts DESC, request_id",
          now - PENDING_LIFE_MS,
        )
        .map((row) => parseRequest<DeviceRequest>(row)),

    listPaired: () => {
      const byDevice = tokens.listAllTokens();
      return connection
        .all('SELECT * FROM device ORDER BY approved_at_ms DESC, device_id')
        .map((row) => deviceOf(row, byDevice.get(textOf(row, 'device_id')) ?? []));
    },

    request: (ask, now) =>
      connection.transaction(() => {
        connection.run(
          "DELETE FROM pairing_request WHERE kind = 'device' AND ts <= ?",
          now - PENDING_LIFE_MS,
        );
        const row = connection.get(
          "SELECT * FROM pairing_request WHERE kind = 'device' AND subject = ?",
          ask.deviceId,
        );
        const open = row === undefined ? undefined : parseRequest<DeviceRequest>(row);
        const fresh = { ...ask, roles: [ask.role], isRepair: hasDevice(connection, ask.deviceId), ts: now };
        if (open !== undefined && isSameWish(open, ask)) {
          const request = { ...fresh, requestId: open.requestId };
          putRequest(connection, request);
          return { request, created: false };
        }
        const isOtherRole = open !== undefined && open.role !== ask.role && open.publicKey === ask.publicKey;
        if (isOtherRole && !ask.silent) return { request: open, created: false };
        if (open !== undefined) deleteRequest(open.requestId);
        const request = { ...fresh, requestId: randomUUID() };
        putRequest(connection, request);
        return { request, created: true, ...(open === undefined ? {} : { replaced: open.requestId }) };
      }),

    approve: (requestId, { now, via }) =>
      connection.transaction(() => {
        const request = getPending(requestId, now);
        if (request === undefined) return { kind: 'unknown' };
        const present = get(request.deviceId);
        // another key under the same id cannot happen with honest ids; if it does, nothing of the old record is kept
        const kept = present?.publicKey === request.publicKey ? present : undefined;
        if (present !== undefined && kept === undefined) {
          connection.run('DELETE FROM device WHERE device_id = ?', request.deviceId);
        }
        write({
          ...kept,
          ...describe(request),
          pinned: pinnedBy(request),
          deviceId: request.deviceId,
          publicKey: request.publicKey,
          ...(request.surface === undefined ? {} : { surface: request.surface }),
          roles: union(kept?.roles, [request.role]),
          scopes: union(kept?.scopes, request.scopes),
          approvedVia: via,
          createdAtMs: kept?.createdAtMs ?? now,
          approvedAtMs: now,
          tokens: [],
        });
        const token = tokens.issueToken({
          deviceId: request.deviceId,
          role: request.role,
          scopes: request.scopes,
          now,
        });
        deleteRequest(requestId);
        // what was still asked about its surface was shown and approved together with the device
        if (request.surface !== undefined) {
          connection.run(
            "DELETE FROM pairing_request WHERE kind = 'surface' AND subject = ?",
            request.deviceId,
          );
        }
        const device = get(request.deviceId);
        if (device === undefined) throw new Error('a device written in this transaction is not there');
        return { kind: 'approved', request, device, token };
      }),

    reject: (requestId, now) =>
      connection.transaction(() => {
        const request = getPending(requestId, now);
        if (request === undefined) return { kind: 'unknown' };
        deleteRequest(requestId);
        return { kind: 'rejected', request };
      }),

    seen: (deviceId, { reason, ...facts }, now) =>
      connection.relaxed(() => {
        const device = get(deviceId);
        if (device !== undefined) write({ ...device, ...facts, lastSeenAtMs: now, lastSeenReason: reason });
      }),

    setSurface: (deviceId, surface) =>
      connection.run(
        'UPDATE device SET surface = ? WHERE device_id = ?',
        surface === undefined ? null : JSON.stringify(surface),
        deviceId,
      ) > 0,

    rename: (deviceId, label) =>
      connection.transaction(() => {
        const device = get(deviceId);
        if (device === undefined) return false;
        const { label: _former, ...unnamed } = device;
        write(label === undefined ? unnamed : { ...unnamed, label });
        return true;
      }),

    remove: (deviceId) => connection.transaction(() => removeDevice(connection, deviceId)),

    removeRole: (deviceId, role) =>
      connection.transaction(() => {
        const device = get(deviceId);
        if (device === undefined || !device.roles.includes(role)) return 'unknown';
        const roles = device.roles.filter((other) => other !== role);
        if (roles.length === 0) {
          removeDevice(connection, deviceId);
          return 'device-removed';
        }
        const { surface, ...rest } = device;
        const isNode = role === 'node';
        write({ ...rest, roles, ...(isNode || surface === undefined ? {} : { surface }) });
        connection.run('DELETE FROM device_token WHERE device_id = ? AND role = ?', deviceId, role);
        if (isNode)
          connection.run("DELETE FROM pairing_request WHERE kind = 'surface' AND subject = ?", deviceId);
        return 'role-removed';
      }),
  };
}

function hasDevice(connection: Connection, deviceId: string): boolean {
  const row: Row | undefined = connection.get('SELECT 1 AS found FROM device WHERE device_id = ?', deviceId);
  return row !== undefined;
}

function putRequest(connection: Connection, request: DeviceRequest): void {
  connection.run(
    `INSERT INTO pairing_request (request_id, kind, subject, body, ts) VALUES (?, 'device', ?, ?, ?)
     ON CONFLICT (request_id) DO UPDATE SET body = excluded.body, ts = excluded.ts`,
    request.requestId,
    request.deviceId,
    JSON.stringify(request),
    request.ts,
  );
}

function removeDevice(connection: Connection, deviceId: string): boolean {
  connection.run("DELETE FROM pairing_request WHERE kind IN ('device', 'surface') AND subject = ?", deviceId);
  return connection.run('DELETE FROM device WHERE device_id = ?', deviceId) > 0;
}

/** Everything an approver sees and decides about; the address and the display name may change on the way. */
function isSameWish(open: DeviceRequest, ask: DeviceAsk): boolean {
  return (
    open.publicKey === ask.publicKey &&
    open.role === ask.role &&
    open.silent === ask.silent &&
    open.platform === ask.platform &&
    open.deviceFamily === ask.deviceFamily &&
    surfaceKey(open.surface) === surfaceKey(ask.surface) &&
    [...open.scopes].sort().join('\n') === [...ask.scopes].sort().join('\n')
  );
}

function describe(request: DeviceRequest): Partial<PairedDevice> {
  const { displayName, platform, deviceFamily, clientId, clientMode, role, remoteIp } = request;
  const facts = { displayName, platform, deviceFamily, clientId, clientMode, role, remoteIp };
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));
}

function pinnedBy({ platform, deviceFamily }: DeviceRequest): NonNullable<PairedDevice['pinned']> {
  return dropUndefined({ platform, deviceFamily });
}

function union(former: readonly string[] | undefined, added: readonly string[]): string[] {
  return [...new Set([...(former ?? []), ...added])];
}
