import { readdirSync, readFileSync } from 'node:fs';

/** In the environment of every run, inherited by what it starts. */
export const RUN_MARK = 'CLAWDBOT_RUN_MARK';

/** What makes a process part of a run. */
export type RunMembership = {
  /** Process group of the started child. */
  group: number | undefined;
  /** Value of {@link RUN_MARK} in the environment the child was started with. */
  mark: string;
};

/** `hasLeft`: not in the process group any more. */
export type RunProcess = { pid: number; hasLeft: boolean };

/**
 * The living processes of a run: those in its process group, and those that left the group with setsid(2), lost their
 * parent, and still carry the mark in the environment they were started with. Zombies do not count: who does not reap
 * them is not our concern. Processes of other accounts show no environment (proc(5)). Without /proc the answer is
 * undefined. Never older than `notBefore` (milliseconds of `performance.now()`).
 */
export function findRunProcesses(
  { group, mark }: RunMembership,
  notBefore: number,
): RunProcess[] | undefined {
  return processes(notBefore)
    ?.filter((found) => found.mark === mark || (group !== undefined && found.group === group))
    .map((found) => ({ pid: found.pid, hasLeft: found.group !== group }));
}

type Found = { pid: number; group: number; mark: string | undefined };

/** Hundreds of runs may end together; one look around serves all of them for so long. */
const FRESH_MS = 25;
let latest: { at: number; processes: Found[] | undefined } | undefined;

function processes(notBefore: number): Found[] | undefined {
  const now = performance.now();
  if (latest === undefined || latest.at < notBefore || now - latest.at > FRESH_MS) {
    latest = { at: now, processes: lookAround() };
  }
  return latest.processes;
}

function lookAround(): Found[] | undefined {
  try {
    const ids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
    return ids.map(Number).flatMap((pid) => {
      const group = pid > 1 && pid !== process.pid ? livingGroupOf(pid) : undefined;
      return group === undefined ? [] : [{ pid, group, mark: markOf(pid) }];
    });
  } catch {
    return undefined; // not Linux
  }
}

/** Field 5 of /proc/PID/stat, unless field 3 says zombie or dead; field 2 may hold blanks and brackets itself. */
function livingGroupOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const [state, , group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' || state === 'X' ? undefined : Number(group);
  } catch {
    return undefined; // ended meanwhile
  }
}

function markOf(pid: number): string | undefined {
  try {
    const environment = `\0${readFileSync(`/proc/${pid}/environ`, 'latin1')}`;
    const start = environment.indexOf(`\0${RUN_MARK}=`);
    if (start < 0) return undefined;
    const from = start + RUN_MARK.length + 2;
    return environment.slice(from, environment.indexOf('\0', from));
  } catch {
    return undefined; // another account's
  }
}
