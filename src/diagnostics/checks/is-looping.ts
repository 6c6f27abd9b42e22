import type { UnitView } from '../facts/units.ts';

/** 60 s: an attempt that fails is over by then; a published gateway on a busy machine takes longest. */
const ATTEMPT_MS = 60_000;

/** 10 s: where the journal says nothing, what runs longer is taken for an attempt that succeeded. */
const YOUNG_MS = 10_000;

/** Restarts that make a storm. */
const STORM = 3;

/**
 * Whether a unit is started again and again now. Its counter alone does not say so: it counts from the last start by hand,
 * which may be weeks ago. Caught between two attempts, or in one.
 */
export function isLooping({ loaded, recent, isOurs }: UnitView): boolean {
  if (loaded === undefined || loaded.restarts < STORM) return false;
  const { activeState, subState, result, mainAgeMs, lastRunMs = 0 } = loaded;
  const isBetween = subState.startsWith('auto-restart');
  // Ours is active when it serves or stands by, and ends well when it wants a new process.
  if (isOurs && (activeState !== 'activating' || (isBetween && result === 'success'))) return false;
  const isTrying = isBetween || activeState === 'activating';
  if (!isTrying && !(activeState === 'active' && mainAgeMs < ATTEMPT_MS)) return false;
  if (recent !== undefined)
    return isOurs ? recent.hasFailed && recent.failures >= STORM : recent.restarts >= STORM;
  return isBetween ? lastRunMs < ATTEMPT_MS : mainAgeMs < YOUNG_MS;
}
