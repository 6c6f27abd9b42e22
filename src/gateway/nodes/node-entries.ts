import type { NodeEntry, ProtocolVersion } from '../../protocol/index.ts';
import type { NodeRequest, PairedDevice } from '../../state/index.ts';
import type { GatewayCore } from '../core.ts';
import type { ReadyConnection } from '../session/connections.ts';
import { isCommandAllowed } from './platform-commands.ts';
import { effectiveSurface } from './surface.ts';

/** Every node: connected ones first, then by name (gateway-protocol §15). */
export function listNodes(core: GatewayCore, protocol: ProtocolVersion): NodeEntry[] {
  const paired = new Map(
    core.store.devices
      .listPaired()
      .filter((device) => device.roles.includes('node'))
      .map((device) => [device.deviceId, device]),
  );
  const asked = openQuestions(core, protocol);
  const ids = new Set([...paired.keys(), ...core.nodes.nodeIds()]);
  const sortName = ({ displayName, nodeId }: NodeEntry) => (displayName ?? nodeId).toLowerCase();
  return [...ids]
    .map((nodeId) => entryOf(core, { nodeId, device: paired.get(nodeId), asked }))
    .sort((a, b) => Number(b.connected) - Number(a.connected) || compare(sortName(a), sortName(b)));
}

/** One node, or undefined when it is neither paired nor connected. */
export function describeNode(
  core: GatewayCore,
  nodeId: string,
  protocol: ProtocolVersion,
): NodeEntry | undefined {
  const device = core.store.devices.get(nodeId);
  const paired = device?.roles.includes('node') ? device : undefined;
  return paired === undefined && core.nodes.serving(nodeId) === undefined
    ? undefined
    : entryOf(core, { nodeId, device: paired, asked: openQuestions(core, protocol) });
}

/** What a connected node offers, had approved, and may be asked for. */
export function allowedCommands(core: GatewayCore, { peer }: ReadyConnection): string[] {
  const { surface, client } = peer;
  if (surface === undefined) return [];
  const approved = surface.commands.filter((command) => surface.approved.commands.includes(command));
  return sorted(approved.filter((command) => isCommandAllowed(command, client, core.rules.commands)));
}

/** Open questions about offers by node; undefined for protocol 3, whose rows do not tell. */
type OpenQuestions = ReadonlyMap<string, NodeRequest> | undefined;

function openQuestions(core: GatewayCore, protocol: ProtocolVersion): OpenQuestions {
  if (protocol === 3) return undefined;
  const requests = core.store.nodes.listPending(core.now()).filter(({ source }) => source === 'surface');
  return new Map(requests.map((request) => [request.nodeId, request]));
}

function entryOf(
  core: GatewayCore,
  { nodeId, device, asked }: { nodeId: string; device: PairedDevice | undefined; asked: OpenQuestions },
): NodeEntry {
  const connection = core.nodes.serving(nodeId);
  const client = connection?.peer.client;
  const declared = connection?.peer.surface;
  const effective =
    declared && effectiveSurface({ ...declared, permissions: declared.permissions ?? {} }, declared.approved);
  const twins = core.nodes.count(nodeId);
  const request = asked?.get(nodeId);
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
    caps: sorted(effective?.caps ?? []),
    commands: connection === undefined ? [] : allowedCommands(core, connection),
    pathEnv: declared?.pathEnv,
    permissions: declared?.permissions === undefined ? undefined : effective?.permissions,
    connectedAtMs: connection?.peer.connectedAtMs,
    paired: device !== undefined,
    connected: connection !== undefined,
    approvalState: asked && approvalState(device, request),
    pendingRequestId: request?.requestId,
    twins: twins > 1 ? twins : undefined,
    clientId: asked && (client?.id ?? device?.clientId),
    clientMode: asked && (client?.mode ?? device?.clientMode),
    approvedAtMs: asked && device?.approvedAtMs,
    lastSeenAtMs: asked && (connection === undefined ? device?.lastSeenAtMs : undefined),
    lastSeenReason: asked && (connection === undefined ? device?.lastSeenReason : undefined),
  });
}

function approvalState(
  device: PairedDevice | undefined,
  request: NodeRequest | undefined,
): NonNullable<NodeEntry['approvalState']> {
  if (request !== undefined)
    return request.approved === undefined ? 'pending-approval' : 'pending-reapproval';
  return device === undefined ? 'unapproved' : 'approved';
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
