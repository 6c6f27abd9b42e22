import type { FailureClass } from './failure.ts';

/** Failures since the last time all was well, counted per class: a change of cause neither skips nor inherits a pause. */
export type RetryTally = Readonly<Record<Exclude<FailureClass, 'pairing'>, number>>;

export const NO_FAILURES: RetryTally = { unreachable: 0, credentials: 0, refused: 0 };

/**
 * Pace of each class. Reachability comes back by itself, so 30 s is the longest anybody waits for it; a wrong token
 * must not look like an attack (F-65); a version or certificate changes only when a person changes it (F-72).
 */
const PACE = {
  unreachable: { firstMs: 500, capMs: 30_000 },
  credentials: { firstMs: 5_000, capMs: 60_000 },
  refused: { firstMs: 15_000, capMs: 300_000 },
} as const satisfies Record<keyof RetryTally, { firstMs: number; capMs: number }>;

/**
 * Pause after the `failures`-th failure of a class: doubles up to the cap, and the upper half of it is random, so that
 * nodes that lost the same gateway do not come back in step (F-64). `random` is in [0, 1).
 */
export function retryDelayMs(
  failure: { class: keyof RetryTally; failures: number; retryAfterMs?: number },
  random: number,
): number {
  const { firstMs, capMs } = PACE[failure.class];
  const ceiling = Math.min(capMs, firstMs * 2 ** Math.min(failure.failures - 1, 20));
  return Math.max(Math.round(ceiling / 2 + (random * ceiling) / 2), failure.retryAfterMs ?? 0);
}

/**
 * Pause while a restarted gateway is expected back: 200 to 500 ms. A refused TCP connect costs next to nothing, and
 * three tries a second find it well within the two seconds a restart may cost.
 */
export function restartDelayMs(random: number): number {
  return Math.round(200 + random * 300);
}

/** How long a restarted gateway is expected back at any moment; a systemd restart with its RestartSec fits in. */
export const RESTART_WINDOW_MS = 15_000;

/** Longer than this without an answer from a person: nobody is looking at the screen any more. */
const PAIRING_EAGER_MS = 30 * 60_000;

/**
 * Pause between two looks whether a person has approved. For half an hour 500 to 800 ms, so that a node is connected
 * within a second of the approval; then 3 to 5 s. Fifty eager nodes cost a gateway about 75 handshakes a second.
 */
export function pairingDelayMs(waitedMs: number, random: number): number {
  return Math.round(waitedMs < PAIRING_EAGER_MS ? 500 + random * 300 : 3_000 + random * 2_000);
}

/** A connection that lived this long proves that gateway, network and credentials are fine: the tally starts anew. */
export const STABLE_AFTER_MS = 30_000;
