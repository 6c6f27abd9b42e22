import { CLOSE, eventVisible, type StateVersion } from '../../protocol/index.ts';
import type { Connection, Peer } from './connection.ts';

export type BroadcastOptions = {
  /** What to do with a peer that does not read: leave this event out for it, or close it. Default `close`. */
  whenSlow?: 'skip' | 'close';
  stateVersion?: StateVersion;
};

/** A connection that passed the handshake. */
export type ReadyConnection = Connection & { peer: Peer };

/** Every connection that passed the handshake, and the one broadcast counter of this process (gateway-protocol §2). */
export class Connections {
  readonly #ready = new Set<ReadyConnection>();
  #seq = 0;

  add(connection: ReadyConnection): void {
    this.#ready.add(connection);
  }

  /** True when it was there. */
  remove(connection: Connection): boolean {
    // Membership is by identity; a connection without a peer is simply not found.
    return this.#ready.delete(connection as ReadyConnection);
  }

  get size(): number {
    return this.#ready.size;
  }

  [Symbol.iterator](): IterableIterator<ReadyConnection> {
    return this.#ready.values();
  }

  /** Sends an event to every connection that may see it. The text is made once, whatever the number of peers. */
  broadcast(event: string, payload: unknown, options: BroadcastOptions = {}): void {
    this.#seq += 1;
    const { stateVersion, whenSlow = 'close' } = options;
    let frame: Buffer | undefined;
    for (const connection of this.#ready) {
      if (!eventVisible(connection.peer, event)) continue;
      if (connection.isSlow) {
        if (whenSlow === 'close') connection.close(CLOSE.policy, 'slow consumer');
        continue;
      }
      frame ??= Buffer.from(
        JSON.stringify({
          type: 'event',
          event,
          payload,
          seq: this.#seq,
          ...(stateVersion === undefined ? {} : { stateVersion }),
        }),
      );
      connection.sendSerialised(frame);
    }
  }

  /** Could anybody see this event? `exceptId` is not counted. */
  hasAudience(event: string, exceptId: string): boolean {
    for (const { id, peer } of this.#ready) {
      if (id !== exceptId && eventVisible(peer, event)) return true;
    }
    return false;
  }

  someFollowDoctor(): boolean {
    for (const { followsDoctor } of this.#ready) if (followsDoctor) return true;
    return false;
  }

  /** Closes the live connections of a device, of one role or all; gives how many. */
  closeDevice(deviceId: string, role: string | undefined, reason: string): number {
    let closed = 0;
    for (const connection of this.#ready) {
      if (connection.peer.deviceId !== deviceId) continue;
      if (role !== undefined && connection.peer.role !== role) continue;
      connection.close(CLOSE.deviceRemoved, reason);
      closed += 1;
    }
    return closed;
  }
}
