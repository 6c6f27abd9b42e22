import { runHelper } from '../../supervisor/index.ts';
import type { Context } from './context.ts';
import type { LoadedUnit } from './show-units.ts';

/** What the journal has about a unit since {@link RECENT_MS}. */
export type RecentEnds = {
  /** Restarts by the manager itself. */
  restarts: number;
  /** Ends that the manager counts as failures. */
  failures: number;
  /** Whether the last end was one; another one asked for its restart itself. */
  hasFailed: boolean;
};

/** 10 min: a published gateway that cannot start is started again every 10 to 100 s, so a storm shows many times over. */
const RECENT_MS = 600_000;

/** Message ids of the manager (sd-messages.h): "Scheduled restart job, …" and "Failed with result '…'". */
const RESTART_SCHEDULED = '5eb03494b6584870a536b337290809b3';
const FAILURE_RESULT = 'd9b373ed55a64feb8242e02dbe79a49c';

/** 60 s: after that a service has settled, whatever its counter says. */
const SETTLED_MS = 60_000;

/** 400 ms: the newest lines of one unit are found at the end of the newest file; the units have 2 s in all. */
const JOURNAL_MS = 400;

/**
 * The counter of restarts counts from the last start by hand, which may be weeks ago; only the journal has the times.
 * Undefined for a unit that has settled, and when the journal says nothing (no right to read it, none kept, too slow).
 */
export async function recentEnds(
  { unit, scope, loaded }: { unit: string; scope: 'user' | 'system'; loaded: LoadedUnit | undefined },
  { helperDirectories }: Context,
): Promise<RecentEnds | undefined> {
  if (loaded === undefined || loaded.restarts < 2 || !isRestless(loaded)) return undefined;
  const end = await runHelper({
    program: 'journalctl',
    args: [
      scope === 'user' ? `--user-unit=${unit}` : `--unit=${unit}`,
      ...[`MESSAGE_ID=${RESTART_SCHEDULED}`, `MESSAGE_ID=${FAILURE_RESULT}`],
      ...[`--since=-${RECENT_MS / 1_000}s`, '--output=cat', '--output-fields=MESSAGE_ID'],
      ...['--lines=200', '--no-pager', '--quiet'],
    ],
    deadlineMs: JOURNAL_MS,
    directories: helperDirectories,
  });
  if (end.kind !== 'ended' || end.status !== 0) return undefined;
  const ids = end.stdout.trim().split('\n');
  const count = (wanted: string): number => ids.filter((id) => id === wanted).length;
  const [restarts, failures] = [count(RESTART_SCHEDULED), count(FAILURE_RESULT)];
  // The restart is scheduled after the end.
  const hasFailed = ids.at(ids.at(-1) === RESTART_SCHEDULED ? -2 : -1) === FAILURE_RESULT;
  // A journal that this account may not read looks like an empty one.
  return restarts + failures === 0 ? undefined : { restarts, failures, hasFailed };
}

function isRestless({ activeState, mainAgeMs }: LoadedUnit): boolean {
  return activeState === 'activating' || (activeState === 'active' && mainAgeMs < SETTLED_MS);
}
