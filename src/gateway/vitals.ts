import { performance } from 'node:perf_hooks';

/** One look at this process. */
export type VitalSample = {
  atMs: number;
  /** Share of the time since the sample before in which the event loop was busy, 0…1. */
  busy: number;
  /** Resident memory. */
  rssBytes: number;
};

/** The last hour at one sample per minute, the beat of the health timer. */
const KEPT = 60;
/** Askers that come faster than this share a sample: a share of less time says little. */
const LEAST_MS = 1_000;

/**
 * How the gateway's own process has been. Costs nothing between samples: the event loop counts its busy time by itself
 * (`performance.eventLoopUtilization`, Node documentation).
 */
export class Vitals {
  readonly #now: () => number;
  readonly #history: VitalSample[] = [];
  #before = performance.eventLoopUtilization();
  #latest: VitalSample | undefined;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Keeps a sample; called once a minute. */
  record(): void {
    this.#history.push(this.latest());
    if (this.#history.length > KEPT) this.#history.shift();
  }

  /** The process now, compared with the sample before, whoever asked for that. */
  latest(): VitalSample {
    const atMs = this.#now();
    if (this.#latest !== undefined && atMs - this.#latest.atMs < LEAST_MS) return this.#latest;
    const total = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(total, this.#before);
    this.#before = total;
    this.#latest = {
      atMs,
      busy: Math.round(utilization * 1_000) / 1_000,
      rssBytes: process.memoryUsage.rss(),
    };
    return this.#latest;
  }

  /** Oldest first. */
  history(): readonly VitalSample[] {
    return this.#history;
  }
}
