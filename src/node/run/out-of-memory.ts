import { readFileSync, writeFileSync } from 'node:fs';

/** 500 of 1000: the kernel takes a command before the node host, and before what else runs with the usual 0 (proc(5)). */
const VICTIM_SCORE = '500';

/** Makes a command, and whatever it starts from now on, the kernel's first choice when memory runs out. */
export function preferAsVictim(pid: number): void {
  try {
    writeFileSync(`/proc/${pid}/oom_score_adj`, VICTIM_SCORE);
  } catch {
    // it has ended already
  }
}

/**
 * How many processes the kernel has killed for want of memory: of our control group where it counts them
 * (cgroup v2 memory.events), else of the whole machine (/proc/vmstat, Linux 4.13). Undefined where neither is known.
 */
export function countMemoryKills(): { kills: number; where: 'unit' | 'machine' } | undefined {
  const own = /^0::(.*)$/m.exec(read('/proc/self/cgroup'))?.[1];
  const events = own === undefined ? '' : read(`/sys/fs/cgroup${own}/memory.events`);
  const inUnit = /^oom_kill (\d+)$/m.exec(events)?.[1];
  if (inUnit !== undefined) return { kills: Number(inUnit), where: 'unit' };
  const onMachine = /^oom_kill (\d+)$/m.exec(read('/proc/vmstat'))?.[1];
  return onMachine === undefined ? undefined : { kills: Number(onMachine), where: 'machine' };
}

/** Why a command that nobody here killed ended by SIGKILL; undefined when memory has nothing to do with it. */
export function memoryReason(
  before: ReturnType<typeof countMemoryKills>,
  after: ReturnType<typeof countMemoryKills>,
): string | undefined {
  if (before === undefined || after === undefined || before.where !== after.where) return undefined;
  if (after.kills <= before.kills) return undefined;
  return after.where === 'unit'
    ? 'the kernel ended it for want of memory (MemoryMax= of the unit of the node host, or of the machine)'
    : 'the kernel ended a process for want of memory at that time, most likely this one';
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // not there: another hierarchy, a container
  }
}
