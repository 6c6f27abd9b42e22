import { readdirSync, readlinkSync } from 'node:fs';
import { systemErrorCode } from '../state/index.ts';
import { monotonicMs } from './process-facts.ts';

/** Which processes have which sockets open, as far as this process may look. */
export type SocketHolders = {
  /** Socket inode → pids that have it open (several after fork). */
  pidsByInode: ReadonlyMap<number, readonly number[]>;
  /** Processes whose descriptors may not be read (another account). */
  hiddenPids: readonly number[];
  /** True when the deadline ended the walk early: an inode without pids is then unknown, not unowned. */
  cutShort: boolean;
};

/** Walks /proc/PID/fd for the given socket inodes. Never follows a descriptor. Stops at `deadlineMonotonicMs`. */
export function findSocketHolders(inodes: ReadonlySet<number>, deadlineMonotonicMs: number): SocketHolders {
  const pidsByInode = new Map<number, number[]>();
  const hiddenPids: number[] = [];
  for (const pid of allPids()) {
    if (monotonicMs() > deadlineMonotonicMs) return { pidsByInode, hiddenPids, cutShort: true };
    const found = socketsOf(pid, inodes);
    if (found === 'hidden') hiddenPids.push(pid);
    else for (const inode of found) pidsByInode.set(inode, [...(pidsByInode.get(inode) ?? []), pid]);
  }
  return { pidsByInode, hiddenPids, cutShort: false };
}

/** Every pid of this pid namespace. */
export function allPids(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

function socketsOf(pid: number, wanted: ReadonlySet<number>): ReadonlySet<number> | 'hidden' {
  const found = new Set<number>();
  try {
    for (const fd of readdirSync(`/proc/${pid}/fd`)) {
      const inode = socketInode(`/proc/${pid}/fd/${fd}`);
      if (inode !== undefined && wanted.has(inode)) found.add(inode);
    }
  } catch (cause) {
    const code = systemErrorCode(cause);
    if (code === 'EACCES' || code === 'EPERM') return 'hidden';
  }
  return found;
}

function socketInode(path: string): number | undefined {
  try {
    const target = readlinkSync(path);
    return target.startsWith('socket:[') ? Number(target.slice(8, -1)) : undefined;
  } catch {
    return undefined;
  }
}
