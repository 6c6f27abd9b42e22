import type { Facts } from '../facts/facts.ts';
import type { OwnerFact } from '../facts/owner.ts';
import type { UnitView } from '../facts/units.ts';

/**
 * Why nobody may answer for a moment although nothing is wrong, as a clause; undefined when nothing is under way. What
 * takes longer than it may is not passing: the owner's record and the manager's timeouts have their deadlines.
 */
export function whyPassing({ passing, reading }: OwnerFact, units: readonly UnitView[]): string | undefined {
  if (passing !== undefined && reading.kind === 'present') return `pid ${reading.record.pid} is ${passing}`;
  const unit = units.find((candidate) => candidate.kind === 'gateway' && isUnderWay(candidate));
  return unit === undefined ? undefined : `${unit.unit} is on its way (${unit.loaded?.subState})`;
}

/** 5 s: a gateway follows its config within a second, on a busy machine in a few. */
const FOLLOWS_MS = 5_000;

export const FOLLOWS = 'the gateway follows a change of its config';

/** Whether a gateway that serves has had no time yet to follow a change of its config. */
export function isFollowing({
  config,
  owner,
  stateFiles,
  host,
}: Pick<Facts, 'config' | 'owner' | 'stateFiles' | 'host'>): boolean {
  if (owner.fate?.kind !== 'alive' || config.config.gateway.reload.mode === 'off') return false;
  const modifiedMs = stateFiles.files.find(({ path }) => path === config.path)?.modifiedMs ?? 0;
  return Math.abs(host.nowMs - modifiedMs) < FOLLOWS_MS;
}

/**
 * Whether the manager is starting or stopping a unit. A pause before another attempt is none of this: nobody serves in it.
 * But one of ours that ended well asked for its restart itself (a setting that needs a new process).
 */
export function isUnderWay({ loaded, isOurs }: UnitView): boolean {
  if (loaded === undefined) return false;
  const { activeState, subState, hasJob, result } = loaded;
  if (hasJob || activeState === 'deactivating' || activeState === 'reloading') return true;
  if (activeState !== 'activating') return false;
  return !subState.startsWith('auto-restart') || (isOurs && result === 'success');
}
