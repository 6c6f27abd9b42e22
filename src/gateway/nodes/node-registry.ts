import type { Surface } from '../../state/index.ts';
import type { ReadyConnection } from '../session/connections.ts';

export type JoinOutcome = {
  nodeId: string;
  /** The connections that claim the same identity, this one included; more than one is a cloned machine, usually. */
  twins: readonly ReadyConnection[];
};

/**
 * Which connection serves which node. Two live connections of one identity are both kept: the newest serves, and
 * when it goes the one before serves again. A late close of an old socket therefore never removes the new one, as it
 * does in the reference (gateway-protocol §15; F-63, F-68).
 */
export class NodeRegistry {
  /** Per node the live connections, oldest first. */
  readonly #sessions = new Map<string, ReadyConnection[]>();

  join(connection: ReadyConnection): JoinOutcome {
    const nodeId = nodeIdOf(connection);
    const twins = this.#sessions.get(nodeId);
    if (twins === undefined) this.#sessions.set(nodeId, [connection]);
    else twins.push(connection);
    return { nodeId, twins: twins ?? [connection] };
  }

  /** True when the node has no connection left. */
  leave(connection: ReadyConnection): boolean {
    const nodeId = nodeIdOf(connection);
    const left = this.#sessions.get(nodeId)?.filter((other) => other !== connection) ?? [];
    if (left.length === 0) this.#sessions.delete(nodeId);
    else this.#sessions.set(nodeId, left);
    return left.length === 0;
  }

  /** The connection that serves the node now. */
  serving(nodeId: string): ReadyConnection | undefined {
    return this.#sessions.get(nodeId)?.at(-1);
  }

  /** Somebody approved what the node offers: its live connections may use it at once. */
  approveSurface(nodeId: string, approved: Surface | undefined): void {
    for (const { peer } of this.#sessions.get(nodeId) ?? []) {
      if (peer.surface !== undefined && approved !== undefined) peer.surface.approved = approved;
    }
  }

  count(nodeId: string): number {
    return this.#sessions.get(nodeId)?.length ?? 0;
  }

  nodeIds(): IterableIterator<string> {
    return this.#sessions.keys();
  }
}

/** The device id, or the program name for a node without a device (gateway-protocol §15). */
export function nodeIdOf({ peer }: ReadyConnection): string {
  return peer.deviceId ?? peer.client.id;
}
