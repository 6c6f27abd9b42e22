import { readdirSync, readFileSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import {
  type HolderFate,
  type HolderReading,
  holderPath,
  isStopped,
  judgeHolder,
  listStandbys,
  monotonicMs,
  readHolder,
  type Standby,
} from '../../supervisor/index.ts';
import type { Context } from './context.ts';

export type OwnerFact = {
  /** Where the record is kept. */
  path: string;
  reading: HolderReading;
  /** Undefined without a readable record. */
  fate: HolderFate | undefined;
  /** Whether the recorded process has the kernel's lock; `unknown` when its descriptors may not be read. */
  hasLock: 'yes' | 'no' | 'unknown';
  /** The directory the owner locked, when it is not the one at the path any more. */
  lockedElsewhere: string | undefined;
  standbys: readonly Standby[];
  /** The process that has the kernel's lock and is stopped by a signal, so that nobody serves. */
  stoppedPid: number | undefined;
  /** What the owner is busy with instead of serving, as long as it may take for it; undefined when it serves or is overdue. */
  passing: 'starting' | 'stopping' | undefined;
};

/** 5 s: a process that comes to its deadline still has to say so or to end, on a machine with ten times the work it can do. */
const OVERDUE_MS = 5_000;

/** Reads the record and looks at the recorded process. Takes no lock, not even for a moment. */
export async function collectOwner({ paths }: Context): Promise<OwnerFact> {
  const path = holderPath(paths.stateDir);
  const reading = await readHolder(paths.stateDir);
  const fate = reading.kind === 'present' ? judgeHolder(reading.record) : undefined;
  const standbys = listStandbys(paths.stateDir);
  const recorded = reading.kind === 'present' && fate?.kind === 'alive' ? [reading.record.pid] : [];
  // A standby whose turn came a moment before it was stopped has not said yet that it is the owner.
  const stoppedPid = [...recorded, ...standbys.map(({ pid }) => pid)].find(
    (pid) => isStopped(pid) && lookAtLock(pid, paths.stateDir).hasLock === 'yes',
  );
  const passing = stoppedPid === undefined ? passingOf(reading, fate) : undefined;
  const common = { path, reading, fate, standbys, stoppedPid, passing };
  const [pid] = recorded;
  if (pid === undefined) return { ...common, hasLock: 'unknown', lockedElsewhere: undefined };
  return { ...common, ...lookAtLock(pid, paths.stateDir) };
}

function passingOf(reading: HolderReading, fate: HolderFate | undefined): OwnerFact['passing'] {
  if (reading.kind !== 'present' || fate?.kind !== 'alive') return undefined;
  const { state } = reading.record;
  if (state.name !== 'starting' && state.name !== 'stopping') return undefined;
  return monotonicMs() < state.deadlineMonotonicMs + OVERDUE_MS ? state.name : undefined;
}

/**
 * A lock shows as a line `lock:` in the fdinfo of the descriptor that carries it (proc_pid_fdinfo(5)); /proc/locks leaves
 * out locks that were taken by a process that has ended, which flock(1) always has.
 */
export function lookAtLock(pid: number, stateDir: string): Pick<OwnerFact, 'hasLock' | 'lockedElsewhere'> {
  let elsewhere: string | undefined;
  try {
    const path = realpathSync(stateDir);
    const here = statSync(path);
    for (const fd of readdirSync(`/proc/${pid}/fd`)) {
      if (!/^lock:.*\bFLOCK\b/m.test(readOrEmpty(`/proc/${pid}/fdinfo/${fd}`))) continue;
      const target = statSync(`/proc/${pid}/fd/${fd}`);
      if (target.dev === here.dev && target.ino === here.ino) {
        return { hasLock: 'yes', lockedElsewhere: undefined };
      }
      if (target.isDirectory()) elsewhere = readlinkSync(`/proc/${pid}/fd/${fd}`);
    }
    return { hasLock: 'no', lockedElsewhere: elsewhere };
  } catch {
    // Another account's process, or one that has just ended.
    return { hasLock: 'unknown', lockedElsewhere: undefined };
  }
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
