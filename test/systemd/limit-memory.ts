import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Host } from './host.ts';

/** The memory controller as cgroup v1, as this machine has it; the host in the container knows nothing of it. */
const MEMORY = '/sys/fs/cgroup/memory';

/** Why {@link limitMemory} cannot work here, or false. */
export function memoryGroupSkipReason(): string | false {
  return existsSync(join(MEMORY, 'memory.limit_in_bytes'))
    ? false
    : `there is no cgroup v1 memory controller at ${MEMORY}`;
}

/**
 * Puts a process of a host, and all it starts from now on, under a memory limit of this machine: what the kernel does at
 * the limit is the same as under `MemoryMax=`, only that systemd inside does not count it. `remove` lets them go.
 */
export async function limitMemory(
  host: Host,
  pidInside: string,
  maxBytes: number,
): Promise<{ remove: () => void }> {
  const group = join(MEMORY, `clawdbot-systemd-${process.pid}`);
  const before = join(MEMORY, memoryGroupOf(host.leader()));
  mkdirSync(group, { recursive: true });
  writeFileSync(join(group, 'memory.limit_in_bytes'), String(maxBytes));
  writeFileSync(join(group, 'cgroup.procs'), String(pidOutside(host, pidInside)));
  return {
    remove: () => {
      for (const pid of readFileSync(join(group, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean)) {
        try {
          writeFileSync(join(before, 'cgroup.procs'), pid);
        } catch {
          // it has ended meanwhile
        }
      }
      rmdirSync(group);
    },
  };
}

function memoryGroupOf(pid: number): string {
  return /^\d+:memory:(.*)$/m.exec(readFileSync(`/proc/${pid}/cgroup`, 'utf8'))?.[1] ?? '/';
}

/** The pid that this machine knows a process of the host by. */
function pidOutside(host: Host, pidInside: string): number {
  const namespace = `/proc/${host.leader()}/status`;
  const depth = namespacePids(namespace).length;
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const pids = namespacePids(`/proc/${pid}/status`);
    if (pids.length === depth && pids.at(-1) === pidInside && isBelow(pid, host.leader())) return Number(pid);
  }
  throw new Error(`cannot find pid ${pidInside} of the host`);
}

function namespacePids(path: string): string[] {
  try {
    return (/^NSpid:\t(.*)$/m.exec(readFileSync(path, 'utf8'))?.[1] ?? '').split('\t');
  } catch {
    return [];
  }
}

/** Whether a process descends from another one. */
function isBelow(pid: string, ancestor: number): boolean {
  let current = pid;
  while (current !== '0' && current !== '') {
    if (Number(current) === ancestor) return true;
    try {
      current = /^PPid:\t(\d+)$/m.exec(readFileSync(`/proc/${current}/status`, 'utf8'))?.[1] ?? '';
    } catch {
      return false;
    }
  }
  return false;
}
