import type { Connection } from './connection.ts';
import type { DeviceRequest, NodeFacts, NodeRequest, PairedDevice, PairedNode } from './pairing-types.ts';
import { dropUndefined, numberOf, optionalNumber, type Row, textOf } from './row.ts';

/** A node paired with `node.pair.request`, token in clear as that protocol wants it. */
export type LegacyNode = PairedNode & { source: 'legacy'; token: string };

/** A waiting device with role node, in the words of `node.pair.*`. */
export function deviceRequestAsNode(request: DeviceRequest): NodeRequest {
  const { deviceId, displayName, platform, deviceFamily, clientId, clientMode, remoteIp, silent } = request;
  const facts = dropUndefined({
    displayName,
    platform,
    deviceFamily,
    clientId,
    clientMode,
    remoteIp,
    silent,
  });
  const { requestId, isRepair, ts, surface } = request;
  return { ...facts, ...surface, nodeId: deviceId, requestId, source: 'device', isRepair, ts };
}

/** A paired device with role node, in the words of `node.pair.*`. */
export function deviceAsNode(device: PairedDevice): PairedNode {
  const { deviceId, platform, deviceFamily, clientId, clientMode, remoteIp, surface, lastSeenAtMs } = device;
  const displayName = device.label ?? device.displayName;
  return {
    ...dropUndefined({ displayName, platform, deviceFamily, clientId, clientMode, remoteIp }),
    ...surface,
    ...dropUndefined({ lastConnectedAtMs: lastSeenAtMs }),
    nodeId: deviceId,
    source: 'device',
    createdAtMs: device.createdAtMs,
    approvedAtMs: device.approvedAtMs,
  };
}

/** The record without its secret, for lists. */
export function withoutToken({ token: _token, ...node }: LegacyNode): PairedNode {
  return node;
}

/** A row of `legacy_node`. */
export function legacyNodeOf(row: Row): LegacyNode {
  const facts: Omit<NodeFacts, 'nodeId'> & { bins?: readonly string[] } = JSON.parse(textOf(row, 'facts'));
  return {
    ...facts,
    ...dropUndefined({ lastConnectedAtMs: optionalNumber(row, 'last_connected_at_ms') }),
    nodeId: textOf(row, 'node_id'),
    source: 'legacy',
    token: textOf(row, 'token'),
    createdAtMs: numberOf(row, 'created_at_ms'),
    approvedAtMs: numberOf(row, 'approved_at_ms'),
  };
}

/** Inserts or replaces. */
export function writeLegacy(connection: Connection, node: LegacyNode): void {
  const { nodeId, source: _source, token, createdAtMs, approvedAtMs, lastConnectedAtMs, ...facts } = node;
  connection.run(
    `INSERT INTO legacy_node (node_id, token, facts, created_at_ms, approved_at_ms, last_connected_at_ms)
     VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (node_id) DO UPDATE SET token = excluded.token, facts = excluded.facts,
       approved_at_ms = excluded.approved_at_ms, last_connected_at_ms = excluded.last_connected_at_ms`,
    nodeId,
    token,
    JSON.stringify(facts),
    createdAtMs,
    approvedAtMs,
    lastConnectedAtMs ?? null,
  );
}
