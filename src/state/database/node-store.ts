import { randomBytes, randomUUID } from 'node:crypto';
import { isSameSecret } from '../same-secret.ts';
import type { Connection } from './connection.ts';
import type { DeviceStore } from './device-store.ts';
import {
  deviceAsNode,
  deviceRequestAsNode,
  type LegacyNode,
  legacyNodeOf,
  withoutToken,
  writeLegacy,
} from './node-rows.ts';
import { parseRequest } from './pairing-request-rows.ts';
import {
  type ApprovedVia,
  type IssuedToken,
  type NodeFacts,
  type NodeRequest,
  type PairedDevice,
  type PairedNode,
  PENDING_LIFE_MS,
  type Surface,
} from './pairing-types.ts';
import { surfaceKey } from './surface-key.ts';

/** The answer to an approval, by the way the node had asked. */
type NodeApproval =
  | {
      kind: 'approved';
      source: 'device';
      request: NodeRequest;
      node: PairedNode;
      device: PairedDevice;
      token: IssuedToken;
    }
  | { kind: 'approved'; source: 'surface'; request: NodeRequest; node: PairedNode; device: PairedDevice }
  /** `token` is the legacy node token: `node.pair.approve` returns it in clear. */
  | { kind: 'approved'; source: 'legacy'; request: NodeRequest; node: PairedNode; token: string }
  | { kind: 'unknown' };

/** Nodes as `node.pair.*` and `clawdbot nodes` see them: the same records as {@link DeviceStore}, one store. */
export type NodeStore = {
  /** Device, surface and legacy requests together, newest first. */
  listPending(now: number): NodeRequest[];
  getPending(requestId: string, now: number): NodeRequest | undefined;
  /** Devices with the role node, and legacy nodes; newest approval first. */
  listPaired(): PairedNode[];
  /** Legacy nodes with their tokens, for `node.pair.list` of protocol 3. */
  listLegacy(): LegacyNode[];
  get(nodeId: string): PairedNode | undefined;
  /** `node.pair.request`. A second one of the same node returns the first. */
  requestLegacy(facts: NodeFacts, now: number): { request: NodeRequest; created: boolean };
  /** A paired device offers more than was approved. Does not expire; the same offer keeps its id. */
  requestSurface(facts: NodeFacts & Surface, now: number): { request: NodeRequest; created: boolean };
  /** The offer fits what is approved: no question is open any more. */
  clearSurfaceRequest(nodeId: string): boolean;
  approve(requestId: string, decision: { now: number; via: ApprovedVia }): NodeApproval;
  reject(requestId: string, now: number): { kind: 'rejected'; request: NodeRequest } | { kind: 'unknown' };
  /** `node.pair.verify`: constant time, legacy nodes only. */
  verifyLegacy(nodeId: string, token: string): LegacyNode | undefined;
  rename(nodeId: string, displayName: string): boolean;
  /** Takes the node role away (and the device with it when nothing else is left), or forgets the legacy node. */
  remove(nodeId: string): 'removed' | 'unknown';
};

/** The node view over one connection. */
export function createNodeStore(connection: Connection, devices: DeviceStore): NodeStore {
  const legacyRows = (): LegacyNode[] =>
    connection.all('SELECT * FROM legacy_node ORDER BY approved_at_ms DESC, node_id').map(legacyNodeOf);

  const getLegacy = (nodeId: string): LegacyNode | undefined => {
    const row = connection.get('SELECT * FROM legacy_node WHERE node_id = ?', nodeId);
    return row === undefined ? undefined : legacyNodeOf(row);
  };

  const storedRequests = (now: number): NodeRequest[] =>
    connection
      .all(
        "SELECT * FROM pairing_request WHERE kind = 'surface' OR (kind = 'legacy' AND ts > ?)",
        now - PENDING_LIFE_MS,
      )
      .map((row) => parseRequest<NodeRequest>(row));

  const listPending = (now: number): NodeRequest[] =>
    [
      ...devices
        .listPending(now)
        .filter((request) => request.role === 'node')
        .map(deviceRequestAsNode),
      ...storedRequests(now),
    ].sort((a, b) => b.ts - a.ts);

  const getPending = (requestId: string, now: number): NodeRequest | undefined =>
    listPending(now).find((request) => request.requestId === requestId);

  const deleteRequest = (requestId: string): boolean =>
    connection.run('DELETE FROM pairing_request WHERE request_id = ?', requestId) > 0;

  const insertRequest = (kind: 'surface' | 'legacy', request: NodeRequest): void => {
    connection.run(
      'INSERT INTO pairing_request (request_id, kind, subject, body, ts) VALUES (?, ?, ?, ?, ?)',
      request.requestId,
      kind,
      request.nodeId,
      JSON.stringify(request),
      request.ts,
    );
  };

  const get = (nodeId: string): PairedNode | undefined => {
    const device = devices.get(nodeId);
    if (device?.roles.includes('node')) return deviceAsNode(device);
    const legacy = getLegacy(nodeId);
    return legacy === undefined ? undefined : withoutToken(legacy);
  };

  return {
    listPending,
    getPending,
    get,
    listLegacy: legacyRows,

    listPaired: () =>
      [
        ...devices
          .listPaired()
          .filter((device) => device.roles.includes('node'))
          .map(deviceAsNode),
        ...legacyRows().map(withoutToken),
      ].sort((a, b) => b.approvedAtMs - a.approvedAtMs),

    requestLegacy: (facts, now) =>
      connection.transaction(() => {
        connection.run(
          "DELETE FROM pairing_request WHERE kind = 'legacy' AND ts <= ?",
          now - PENDING_LIFE_MS,
        );
        const open = connection.get(
          "SELECT * FROM pairing_request WHERE kind = 'legacy' AND subject = ?",
          facts.nodeId,
        );
        if (open !== undefined) return { request: parseRequest<NodeRequest>(open), created: false };
        const isRepair = get(facts.nodeId) !== undefined;
        const request: NodeRequest = {
          ...facts,
          requestId: randomUUID(),
          source: 'legacy',
          isRepair,
          ts: now,
        };
        insertRequest('legacy', request);
        return { request, created: true };
      }),

    requestSurface: (facts, now) =>
      connection.transaction(() => {
        const row = connection.get(
          "SELECT * FROM pairing_request WHERE kind = 'surface' AND subject = ?",
          facts.nodeId,
        );
        const open = row === undefined ? undefined : parseRequest<NodeRequest>(row);
        const approved = devices.get(facts.nodeId)?.surface;
        if (open !== undefined && surfaceKey(open) === surfaceKey(facts))
          return { request: open, created: false };
        if (open !== undefined) deleteRequest(open.requestId);
        const request: NodeRequest = {
          ...facts,
          requestId: randomUUID(),
          source: 'surface',
          isRepair: approved !== undefined,
          ...(approved === undefined ? {} : { approved }),
          ts: now,
        };
        insertRequest('surface', request);
        return { request, created: true };
      }),

    clearSurfaceRequest: (nodeId) =>
      connection.run("DELETE FROM pairing_request WHERE kind = 'surface' AND subject = ?", nodeId) > 0,

    approve: (requestId, { now, via }) =>
      connection.transaction(() => {
        const request = getPending(requestId, now);
        if (request === undefined) return { kind: 'unknown' };
        if (request.source === 'device') {
          const approval = devices.approve(requestId, { now, via });
          if (approval.kind === 'unknown') return approval;
          const { device, token } = approval;
          return { kind: 'approved', source: 'device', request, node: deviceAsNode(device), device, token };
        }
        deleteRequest(requestId);
        return request.source === 'surface'
          ? approveSurface(devices, request)
          : approveLegacy(connection, request, now);
      }),

    reject: (requestId, now) =>
      connection.transaction(() => {
        const request = getPending(requestId, now);
        if (request === undefined) return { kind: 'unknown' };
        deleteRequest(requestId);
        return { kind: 'rejected', request };
      }),

    verifyLegacy: (nodeId, token) => {
      const node = getLegacy(nodeId);
      return node !== undefined && isSameSecret(token, node.token) ? node : undefined;
    },

    rename: (nodeId, displayName) =>
      connection.transaction(() => {
        if (devices.rename(nodeId, displayName)) return true;
        const legacy = getLegacy(nodeId);
        if (legacy === undefined) return false;
        writeLegacy(connection, { ...legacy, displayName });
        return true;
      }),

    remove: (nodeId) =>
      connection.transaction(() => {
        const hadLegacy = connection.run('DELETE FROM legacy_node WHERE node_id = ?', nodeId) > 0;
        return devices.removeRole(nodeId, 'node') !== 'unknown' || hadLegacy ? 'removed' : 'unknown';
      }),
  };
}

function approveSurface(devices: DeviceStore, request: NodeRequest): NodeApproval {
  const { caps = [], commands = [], permissions = {} } = request;
  devices.setSurface(request.nodeId, { caps, commands, permissions });
  const device = devices.get(request.nodeId);
  // the device may have been removed since; the request goes with it
  if (device === undefined) return { kind: 'unknown' };
  return { kind: 'approved', source: 'surface', request, node: deviceAsNode(device), device };
}

function approveLegacy(connection: Connection, request: NodeRequest, now: number): NodeApproval {
  const former = connection.get('SELECT * FROM legacy_node WHERE node_id = ?', request.nodeId);
  const { requestId: _id, isRepair: _repair, ts: _ts, silent: _silent, ...facts } = request;
  const token = randomBytes(16).toString('hex');
  const createdAtMs = former === undefined ? now : legacyNodeOf(former).createdAtMs;
  const node: LegacyNode = { ...facts, source: 'legacy', token, createdAtMs, approvedAtMs: now };
  writeLegacy(connection, node);
  return { kind: 'approved', source: 'legacy', request, node: withoutToken(node), token };
}
