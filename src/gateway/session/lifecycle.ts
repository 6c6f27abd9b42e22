import type { GatewayCore } from '../core.ts';
import { callerLeft } from '../nodes/caller-left.ts';
import { nodeIdOf } from '../nodes/node-registry.ts';
import type { ReadyConnection } from './connections.ts';

/** A connection passed the handshake: it is counted, announced, and (a node) can be invoked. */
export function join(core: GatewayCore, connection: ReadyConnection): void {
  const { peer } = connection;
  core.connections.add(connection);
  if (peer.role === 'node') {
    const { nodeId, twins } = core.nodes.join(connection);
    if (twins.length > 1) reportTwins(core, nodeId, twins);
  }
  if (core.presence.connected(connection, core.now())) core.announce('presence');
  core.announce('health');
  core.log.debug('connected', {
    connection: connection.id,
    role: peer.role,
    client: peer.client.id,
    device: peer.deviceId,
    from: peer.clientIp,
  });
}

/** A connection ended, however. Calls it was working on fail at once. */
export function leave(
  core: GatewayCore,
  connection: ReadyConnection,
  close: { code: number; reason: string },
): void {
  if (!core.connections.remove(connection)) return;
  const { peer } = connection;
  if (peer.role === 'node') {
    core.nodes.leave(connection);
    core.invokes.nodeLost(connection);
    if (peer.deviceId !== undefined) {
      const facts = { reason: `disconnect ${close.code}` };
      core.store.devices.seen(peer.deviceId, facts, core.now());
    }
  }
  callerLeft(core, connection);
  if (core.presence.disconnected(connection, core.now())) core.announce('presence');
  core.log.debug('disconnected', {
    connection: connection.id,
    role: peer.role,
    device: peer.deviceId,
    ...close,
  });
}

/** One identity on two machines, or an old socket whose end was not noticed yet. People decide which (F-68). */
function reportTwins(core: GatewayCore, nodeId: string, twins: readonly ReadyConnection[]): void {
  const addresses = twins.map(({ peer }) => peer.clientIp ?? 'untrusted proxy');
  core.log.warn('two live connections with one node identity; the newest serves', { nodeId, addresses });
  const newest = twins.at(-1);
  if (newest !== undefined) {
    core.audit({ actor: nodeIdOf(newest), action: 'node.twin', subject: nodeId, detail: { addresses } });
  }
}
