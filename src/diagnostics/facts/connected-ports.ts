import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

/** TCP_ESTABLISHED in include/net/tcp_states.h, as printed in the column `st` of /proc/net/tcp. */
const ESTABLISHED = '01';

/**
 * Ports at the other end of the established connections of a control group's processes. Undefined when their descriptors
 * may not be read.
 */
export function connectedPorts(controlGroup: string, mainPid: number): ReadonlySet<number> | undefined {
  const inodes = new Set<string>();
  try {
    for (const pid of pidsOf(controlGroup, mainPid)) {
      for (const fd of readdirSync(`/proc/${pid}/fd`)) {
        const inode = /^socket:\[(\d+)\]$/.exec(linkOf(`/proc/${pid}/fd/${fd}`))?.[1];
        if (inode !== undefined) inodes.add(inode);
      }
    }
    const tables = ['tcp', 'tcp6'].map((name) => readFileSync(`/proc/${mainPid}/net/${name}`, 'latin1'));
    return new Set(tables.flatMap((text) => remotePorts(text, inodes)));
  } catch {
    return undefined; // another account's, or they have just ended
  }
}

/** Remote ports of the established connections among these socket inodes (proc_pid_net(5)). Pure. */
export function remotePorts(text: string, inodes: ReadonlySet<string>): number[] {
  return text.split('\n').flatMap((line) => {
    const [, , remote = '', state, , , , , , inode = ''] = line.trim().split(/\s+/);
    const port = Number.parseInt(remote.split(':')[1] ?? '', 16);
    return state === ESTABLISHED && inodes.has(inode) && port > 0 ? [port] : [];
  });
}

function pidsOf(controlGroup: string, mainPid: number): number[] {
  try {
    const text = readFileSync(join('/sys/fs/cgroup', controlGroup, 'cgroup.procs'), 'latin1');
    return [mainPid, ...text.split('\n').filter(Boolean).map(Number)];
  } catch {
    return [mainPid]; // cgroup v1, or a sandbox without the file system
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return ''; // closed meanwhile
  }
}
