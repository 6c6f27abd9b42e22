import { readdirSync, readFileSync } from 'node:fs';

/** What makes a process part of a run. */
export type RunMembership = {
  /** Process group of the started child. */
  group: number | undefined;
  /** `NAME=VALUE` in the environment the child was started with. */
  mark: string;
};

/** `hasLeft`: not in the process group any more. */
export type RunProcess = { pid: number; hasLeft: boolean };

/**
 * The living processes of a run: those in its process group, and those that left the group with setsid(2), lost their
 * parent, and still carry the mark in the environment they were started with. Zombies do not count: who does not reap
 * them is not our concern. Processes of other accounts show no environment (proc(5)). Without /proc the answer is
 * undefined.
 */
export function findRunProcesses({ group, mark }: RunMembership): RunProcess[] | undefined {
  const wanted = Buffer.from(`\0${mark}\0`);
  return processIds()?.flatMap((pid): RunProcess[] => {
    const { isAlive, processGroup } = statOf(pid);
    if (!isAlive) return [];
    if (group !== undefined && processGroup === group) return [{ pid, hasLeft: false }];
    return environmentOf(pid).includes(wanted) ? [{ pid, hasLeft: true }] : [];
  });
}

function processIds(): number[] | undefined {
  try {
    return readdirSync('/proc')
      .map(Number)
      .filter((pid) => Number.isInteger(pid) && pid > 1 && pid !== process.pid);
  } catch {
    return undefined; // not Linux
  }
}

/** Fields 3 and 5 of /proc/PID/stat; the name in field 2 may hold blanks and brackets, so counting starts after it. */
function statOf(pid: number): { isAlive: boolean; processGroup: number } {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const [state, , group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { isAlive: state !== 'Z' && state !== 'X', processGroup: Number(group) };
  } catch {
    return { isAlive: false, processGroup: 0 }; // ended meanwhile
  }
}

/** Surrounded by NUL on both sides; empty when it may not be read. */
function environmentOf(pid: number): Buffer {
  try {
    return Buffer.concat([Buffer.from([0]), readFileSync(`/proc/${pid}/environ`)]);
  } catch {
    return Buffer.alloc(0);
  }
}
