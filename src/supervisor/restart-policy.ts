import { type Death, permanentReason } from './death.ts';

/** When and how often a service may be started again. */
export type RestartPolicy = {
  /** Delay after the first death. */
  baseMs: number;
  /** No delay is longer. */
  capMs: number;
  /** Share of a delay that chance may add, 0 to 1, so that services do not start in step. */
  jitter: number;
  /** Being ready this long makes earlier deaths forgotten. */
  forgetAfterReadyMs: number;
  /** This many deaths of one cause … */
  maxDeaths: number;
  /** … within this time end the attempts. */
  windowMs: number;
};

/**
 * 8 deaths in 15 min: with delays of 1 to 60 s eight quick deaths take about 3 min, so the window holds even for a
 * program that needs a minute to fail, and the limit can trip (field failure F-23).
 */
export const DEFAULT_POLICY: RestartPolicy = {
  baseMs: 1000,
  capMs: 60_000,
  jitter: 0.5,
  forgetAfterReadyMs: 60_000,
  maxDeaths: 8,
  windowMs: 900_000,
};

/** The deaths that still count, oldest first, and the verdict that ended the attempts, if one did. */
export type Tally = {
  deaths: readonly Death[];
  givenUp: { reason: string; wallMs: number } | undefined;
  /** The last deaths for people, also those that no longer count. */
  recent: readonly Death[];
};

/** 20 deaths are shown and kept; with 20 lines each that is a file of some 100 KiB at most. */
const KEPT_FOR_PEOPLE = 20;

export const EMPTY_TALLY: Tally = { deaths: [], givenUp: undefined, recent: [] };

export type RestartDecision =
  | { action: 'restart'; atMonotonicMs: number; reason: string }
  | { action: 'give-up'; reason: string };

/** Adds a death. One after a long ready period starts a new count. */
export function countDeath(tally: Tally, death: Death, policy: RestartPolicy): Tally {
  const forgotten = death.readyMs >= policy.forgetAfterReadyMs;
  // Twice the limit is more than any decision looks at.
  const kept = forgotten ? [] : tally.deaths.slice(-2 * policy.maxDeaths);
  return {
    deaths: [...kept, death],
    givenUp: tally.givenUp,
    recent: [...tally.recent, death].slice(-KEPT_FOR_PEOPLE),
  };
}

/**
 * Decides what follows the last death of a tally. Delays double and never shrink while deaths go on; permanent causes
 * end the attempts at once, and so do too many deaths of one cause. Exit 75 ("try again later") alone never gives up.
 * @param now.monotonicMs the moment of the decision; @param now.chance 0 (inclusive) to 1, drawn by the caller
 */
export function decideRestart(
  tally: Tally,
  policy: RestartPolicy,
  now: { monotonicMs: number; chance: number },
): RestartDecision {
  if (tally.givenUp !== undefined) return { action: 'give-up', reason: tally.givenUp.reason };
  const last = tally.deaths.at(-1);
  if (last === undefined) return { action: 'restart', atMonotonicMs: now.monotonicMs, reason: 'first start' };
  const permanent = permanentReason(last.cause);
  if (permanent !== undefined) return { action: 'give-up', reason: permanent };
  const alike = tally.deaths.filter(
    (death) => death.cause === last.cause && now.monotonicMs - death.at.monotonicMs <= policy.windowMs,
  );
  if (last.cause !== 'exit 75' && alike.length >= policy.maxDeaths) {
    const minutes = Math.round(policy.windowMs / 60_000);
    return { action: 'give-up', reason: `${alike.length} times "${last.cause}" within ${minutes} min` };
  }
  const delayMs = delayAfter(tally.deaths.length, policy, now.chance);
  return {
    action: 'restart',
    atMonotonicMs: now.monotonicMs + delayMs,
    reason: `${last.cause} after ${seconds(last.durationMs)}; attempt ${tally.deaths.length + 1} in ${seconds(delayMs)}`,
  };
}

/** Chance only adds, and at most doubles, so that the next, doubled delay is never shorter. */
function delayAfter(deaths: number, policy: RestartPolicy, chance: number): number {
  // 2^30 base delays are beyond every cap; a larger power would lose its meaning as a number of milliseconds.
  const doubled = policy.baseMs * 2 ** Math.min(deaths - 1, 30);
  return Math.round(Math.min(policy.capMs, doubled * (1 + Math.min(policy.jitter, 1) * chance)));
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
