import type { RequestError } from '../../protocol/index.ts';
import type { RunFacts } from '../approval/run-facts.ts';
import type { InvokeResult } from './invoke-router.ts';

export type InvokeOutcome = { kind: 'ok'; result: InvokeResult } | { kind: 'failed'; error: RequestError };

/** One keyed call: running or finished. */
export type RememberedInvoke = {
  fingerprint: string;
  nodeId: string;
  outcome: Promise<InvokeOutcome>;
  invokeId: string | undefined;
  /** Connections that wait for the outcome, by id; streamed output goes to them. */
  waiters: Set<string>;
  /** The run as its caller named it, when the caller asked for its output as it comes. */
  streamsTo: { runId: string } | undefined;
  finishedAtMs: number | undefined;
  sizeBytes: number;
  /** What the audit will say about a run. */
  facts: RunFacts;
};

/** Finished answers kept for a retry: how long, how many, and how large together. */
const LIFE_MS = 10 * 60_000;
const MAX_ENTRIES = 2_000;
const MAX_BYTES = 16 * 1024 * 1024;

/**
 * Makes a key run at most once while this process lives: the same key again joins the running call or gets the same
 * answer. (`system.run` is also kept in the database, so that a restart does not run it twice.) Keys belong to a
 * requester: nobody meets another one's answers.
 */
export class InvokeMemory {
  /** In order of insertion; finished ones are moved to the end when they finish. */
  readonly #entries = new Map<string, RememberedInvoke>();
  #bytes = 0;

  get(key: string): RememberedInvoke | undefined {
    return this.#entries.get(key);
  }

  /** The running call an invoke id belongs to, for streamed output. */
  findRunning(invokeId: string): RememberedInvoke | undefined {
    return this.#running.get(invokeId);
  }

  /** Calls nodes are working on, by the id the node knows. */
  running(): IterableIterator<[string, RememberedInvoke]> {
    return this.#running.entries();
  }

  readonly #running = new Map<string, RememberedInvoke>();

  start(key: string, entry: RememberedInvoke): void {
    this.#entries.set(key, entry);
  }

  markSent(entry: RememberedInvoke, invokeId: string): void {
    entry.invokeId = invokeId;
    this.#running.set(invokeId, entry);
  }

  finish(key: string, entry: RememberedInvoke, sizeBytes: number, nowMs: number): void {
    if (entry.invokeId !== undefined) this.#running.delete(entry.invokeId);
    entry.finishedAtMs = nowMs;
    entry.sizeBytes = sizeBytes;
    entry.waiters.clear();
    this.#bytes += sizeBytes;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    this.#trim(nowMs);
  }

  /** Never ran (refused before it was sent): the key is free again. */
  forget(key: string): void {
    this.#entries.delete(key);
  }

  get size(): number {
    return this.#entries.size;
  }

  #trim(nowMs: number): void {
    for (const [key, entry] of this.#entries) {
      // Running calls stay whatever the pressure; there are never more of them than requests in flight.
      if (entry.finishedAtMs === undefined) continue;
      const isOver = this.#entries.size > MAX_ENTRIES || this.#bytes > MAX_BYTES;
      if (!isOver && nowMs - entry.finishedAtMs < LIFE_MS) return;
      this.#entries.delete(key);
      this.#bytes -= entry.sizeBytes;
    }
  }
}
