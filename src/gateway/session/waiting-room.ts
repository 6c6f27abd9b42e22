import type { Connection } from './connection.ts';

/** A connection whose device a person was told about and that came back to see whether it is approved. */
export type Waiting = {
  connection: Connection;
  requestId: string;
  /** The request was approved: go on with the handshake. */
  admit: () => void;
  /** Nothing was decided in time, or the answer was no. */
  turnAway: () => void;
};

/**
 * How long a look is held. Clients give up a handshake after 10 s (protocol 3 and ours) or 15 s (protocol 4), and behind
 * a proxy some of that may be used up already.
 */
const HOLD_MS = 4_000;
/** Held at one time; the others are answered at once and look again. */
const MAX_HELD = 500;
/** Who was away for longer starts anew and wants to hear the reason first. */
const REMEMBER_TOLD_MS = 60_000;

/**
 * Keeps the answer to a waiting node back until a person has decided, so that it is connected at that very moment,
 * whatever its own pace: half a second or half a minute. The first look is answered at once, since the node is to tell
 * its people why it waits; so the room holds only those who were told a short while ago.
 */
export class WaitingRoom {
  readonly #held = new Map<Connection, Waiting & { timer: NodeJS.Timeout }>();
  readonly #toldAtMs = new Map<string, number>();
  readonly #holdMs: number;

  constructor(holdMs: number = HOLD_MS) {
    this.#holdMs = holdMs;
  }

  get size(): number {
    return this.#held.size;
  }

  [Symbol.iterator](): IterableIterator<Connection> {
    return this.#held.keys();
  }

  /** The reason was told now. */
  told(requestId: string, nowMs: number): void {
    this.#toldAtMs.delete(requestId);
    this.#toldAtMs.set(requestId, nowMs);
    const [oldest] = this.#toldAtMs.keys();
    if (this.#toldAtMs.size > MAX_HELD * 2 && oldest !== undefined) this.#toldAtMs.delete(oldest);
  }

  /** Holds the connection, unless it has to be told the reason first or the room is full. */
  hold(waiting: Waiting, nowMs: number): boolean {
    const sinceMs = nowMs - (this.#toldAtMs.get(waiting.requestId) ?? Number.NEGATIVE_INFINITY);
    if (this.#holdMs <= 0 || sinceMs < 0 || sinceMs > REMEMBER_TOLD_MS) return false;
    if (this.#held.size >= MAX_HELD) return false;
    const timer = setTimeout(() => {
      this.told(waiting.requestId, nowMs + this.#holdMs);
      this.#take(waiting.connection)?.turnAway();
    }, this.#holdMs);
    this.#held.set(waiting.connection, { ...waiting, timer });
    return true;
  }

  /** A decision about a request. */
  decided(requestId: string, decision: 'approved' | 'rejected'): void {
    this.#toldAtMs.delete(requestId);
    for (const [connection, waiting] of this.#held) {
      if (waiting.requestId !== requestId) continue;
      this.#take(connection);
      if (decision === 'approved') waiting.admit();
      else waiting.turnAway();
    }
  }

  /** The connection ended. */
  leave(connection: Connection): void {
    this.#take(connection);
  }

  stop(): void {
    for (const { timer } of this.#held.values()) clearTimeout(timer);
    this.#held.clear();
  }

  #take(connection: Connection): Waiting | undefined {
    const held = this.#held.get(connection);
    if (held === undefined) return undefined;
    clearTimeout(held.timer);
    this.#held.delete(connection);
    return held;
  }
}
