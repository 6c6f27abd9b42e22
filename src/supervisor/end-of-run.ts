import type { Ending } from './death.ts';
import { readHolder } from './holder-record.ts';
import { judgeHolder } from './judge-holder.ts';
import type { Readiness } from './probe-service.ts';
import { monotonicMs } from './process-facts.ts';
import type { Run } from './run.ts';
import type { ServiceState, StopStep } from './service-machine.ts';

/** One run as its supervisor has seen it until now. */
export type Life = {
  run: Run;
  startedMs: number;
  readySinceMs: number | undefined;
  /** The last rung of the stop ladder that was climbed. */
  lastStep: StopStep | undefined;
};

/**
 * What the end of a run was: an ending to be counted, or no death at all, because the gateway has handed over. `state` is
 * the one in which the end was noticed.
 */
export async function judgeEnd(
  { run, startedMs, readySinceMs, lastStep }: Life,
  exit: Awaited<Run['ended']>,
  { state, readiness }: { state: ServiceState; readiness: Readiness },
): Promise<Ending | 'handed-over'> {
  const reason = 'reason' in state ? state.reason : undefined;
  if (reason === undefined && exit.exitCode === 0 && (await isHandedOver(run, readiness)))
    return 'handed-over';
  return {
    ...unstarted(startedMs),
    ...exit,
    endedBy: lastStep ?? null,
    readyMs: readySinceMs === undefined ? 0 : monotonicMs() - readySinceMs,
    lastLines: run.lastLines(),
    stoppedFor: reason === 'stuck' || reason === 'not ready' ? reason : null,
  };
}

/** The ending of an attempt that came to no process; the caller adds why. */
export function unstarted(startedMs: number): Ending {
  const nowMs = monotonicMs();
  return {
    exitCode: null,
    signal: null,
    spawnError: null,
    endedBy: null,
    durationMs: nowMs - startedMs,
    readyMs: 0,
    at: { wallMs: Date.now(), monotonicMs: nowMs },
    lastLines: [],
    stoppedFor: null,
  };
}

/** A gateway that hands over ends by itself, after the new owner has published that it serves. */
async function isHandedOver(run: Run, readiness: Readiness): Promise<boolean> {
  if (readiness.kind !== 'gateway') return false;
  const owner = await readHolder(readiness.stateDir);
  if (owner.kind !== 'present' || judgeHolder(owner.record).kind === 'gone') return false;
  return owner.record.pid !== run.pid || owner.record.startTicks !== run.startTicks;
}
