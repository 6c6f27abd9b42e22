import type { GatewayCore } from '../core.ts';
import type { ReadyConnection } from '../session/connections.ts';

/** How long a caller may take to come back with the same key before what it started is ended. */
export const COME_BACK_WITHIN_MS = 5_000;

/**
 * A caller's connection ended. A call nobody waits for any more is ended on its node, as protocol 4 wants it
 * (protocol-now §8), unless somebody joins it again in time: a retry after a lost connection must not find its run
 * killed. Callers of protocol 3 never had that: what they started goes on.
 */
export function callerLeft(core: GatewayCore, connection: ReadyConnection): void {
  const isFour = connection.peer.protocol === 4;
  for (const [invokeId, entry] of core.memory.running()) {
    if (!entry.waiters.delete(connection.id) || entry.waiters.size > 0 || !isFour) continue;
    // Late, it finds the call over or joined again, and does nothing.
    setTimeout(() => {
      if (entry.finishedAtMs !== undefined || entry.waiters.size > 0) return;
      core.log.info('a call is ended: its caller left', { invokeId, node: entry.nodeId });
      core.invokes.cancel(invokeId, entry.nodeId);
    }, core.comeBackWithinMs).unref();
  }
}
