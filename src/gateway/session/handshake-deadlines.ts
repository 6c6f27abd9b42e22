import { CLOSE, HANDSHAKE_TIMEOUT_MS } from '../../protocol/index.ts';
import type { Connection } from './connection.ts';

/**
 * Closes connections that do not finish the handshake in time (1000, empty reason). All have the same deadline, so
 * the set is in order of expiry and one timer for the oldest is enough, however many strangers knock.
 */
export class HandshakeDeadlines {
  readonly #waiting = new Set<Connection>();
  readonly #timeoutMs: number;
  #timer: NodeJS.Timeout | undefined;

  constructor(timeoutMs: number = HANDSHAKE_TIMEOUT_MS) {
    this.#timeoutMs = timeoutMs;
  }

  get size(): number {
    return this.#waiting.size;
  }

  add(connection: Connection): void {
    this.#waiting.add(connection);
    this.#timer ??= setTimeout(() => this.#expire(), this.#timeoutMs);
  }

  remove(connection: Connection): void {
    this.#waiting.delete(connection);
  }

  [Symbol.iterator](): IterableIterator<Connection> {
    return this.#waiting.values();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#waiting.clear();
  }

  #expire(): void {
    this.#timer = undefined;
    const nowMs = Date.now();
    for (const connection of this.#waiting) {
      const leftMs = connection.openedAtMs + this.#timeoutMs - nowMs;
      // A clock set back makes this longer than the timeout; then it counts as expired.
      if (leftMs > 0 && leftMs <= this.#timeoutMs) {
        this.#timer = setTimeout(() => this.#expire(), leftMs);
        return;
      }
      this.#waiting.delete(connection);
      connection.close(CLOSE.normal, '');
    }
  }
}
