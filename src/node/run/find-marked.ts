import { readdirSync, readFileSync } from 'node:fs';

/**
 * Processes that carry `NAME=VALUE` in the environment they were started with: every descendant of a run does unless
 * it cleaned its environment, also one that left the process group with setsid(2) and lost its parent.
 * Only Linux has /proc; elsewhere, and for processes of other accounts, the answer is empty (proc(5)).
 */
export function findMarkedProcesses(mark: string): number[] {
  const wanted = Buffer.from(`\0${mark}\0`);
  return processIds().filter((pid) => environmentOf(pid).includes(wanted));
}

function processIds(): number[] {
  try {
    return readdirSync('/proc')
      .map(Number)
      .filter((pid) => Number.isInteger(pid) && pid > 1 && pid !== process.pid);
  } catch {
    return [];
  }
}

/** Surrounded by NUL on both sides; empty for a zombie, a foreign process, or one that ended meanwhile. */
function environmentOf(pid: number): Buffer {
  try {
    return Buffer.concat([Buffer.from([0]), readFileSync(`/proc/${pid}/environ`)]);
  } catch {
    return Buffer.alloc(0);
  }
}
