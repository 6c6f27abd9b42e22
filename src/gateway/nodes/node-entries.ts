import type { NodeEntry } from '../../protocol/index.ts';
import type { PairedDevice } from '../../state/index.ts';
import type { GatewayCore } from '../core.ts';
import type { ReadyConnection } from '../session/connections.ts';
import { isCommandAllowed } from './platform-commands.ts';

/** Every node: connected ones first, then by name (gateway-protocol §15). */
export function listNodes(core: GatewayCore): NodeEntry[] {
  const paired = new Map(
    core.store.devices
      .listPaired()
      .filter((device) => device.roles.includes('node'))
      .map((device) => [device.deviceId, device]),
  );
  const ids = new Set([...paired.keys(), ...core.nodes.nodeIds()]);
  const sortName = ({ displayName, nodeId }: NodeEntry) => (displayName ?? nodeId).toLowerCase();
  return [...ids]
    .map((nodeId) => entryOf(core, nodeId, paired.get(nodeId), core.nodes.serving(nodeId)))
    .sort((a, b) => Number(b.connected) - Number(a.connected) || compare(sortName(a), sortName(b)));
}

/** One node, or undefined when it is neither paired nor connected. */
export function describeNode(core: GatewayCore, nodeId: string): NodeEntry | undefined {
  const device = core.store.devices.get(nodeId);
  const paired = device?.roles.includes('node') ? device : undefined;
  const connection = core.nodes.serving(nodeId);
  return paired === undefined && connection === undefined
    ? undefined
    : entryOf(core, nodeId, paired, connection);
}

/** What a connected node offers and may be asked for. */
export function allowedCommands(core: GatewayCore, { peer }: ReadyConnection): string[] {
  const declared = peer.surface?.commands ?? [];
  return sorted(declared.filter((command) => isCommandAllowed(command, peer.client, core.rules.commands)));
}

function entryOf(
  core: GatewayCore,
  nodeId: string,
  device: PairedDevice | undefined,
  connection: ReadyConnection | undefined,
): NodeEntry {
  const client = connection?.peer.client;
  const surface = connection?.peer.surface;
  const twins = core.nodes.count(nodeId);
  return withoutUndefined({
    nodeId,
    displayName: device?.label ?? client?.displayName ?? device?.displayName,
    platform: client?.platform ?? device?.platform,
    version: client?.version,
    coreVersion: undefined,
    uiVersion: undefined,
    deviceFamily: client?.deviceFamily ?? device?.deviceFamily,
    modelIdentifier: client?.modelIdentifier,
    remoteIp: connection?.peer.clientIp ?? device?.remoteIp,
    caps: sorted(surface?.caps ?? []),
    commands: connection === undefined ? [] : allowedCommands(core, connection),
    pathEnv: surface?.pathEnv,
    permissions: surface?.permissions,
    connectedAtMs: connection?.peer.connectedAtMs,
    paired: device !== undefined,
    connected: connection !== undefined,
    twins: twins > 1 ? twins : undefined,
    lastSeenAtMs: connection === undefined ? device?.lastSeenAtMs : undefined,
    lastSeenReason: connection === undefined ? device?.lastSeenReason : undefined,
  });
}

type Loose<T> = { [K in keyof T]: T[K] | undefined };

/** JSON leaves undefined out anyway; the type does not allow it to be there. */
function withoutUndefined(entry: Loose<Required<NodeEntry>>): NodeEntry {
  const present = Object.entries(entry).filter(([, value]) => value !== undefined);
  // Only optional keys of NodeEntry can be undefined in the literal above.
  return Object.fromEntries(present) as NodeEntry;
}

function sorted(items: readonly string[]): string[] {
  return [...new Set(items)].sort();
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
