import { readFileSync } from 'node:fs';
import { systemErrorCode } from '../state/index.ts';

/** The text of a table of our network namespace's TCP sockets (proc_pid_net(5)); empty on a kernel without IPv6. */
export function readProcNet(file: 'tcp' | 'tcp6'): string {
  try {
    return readFileSync(`/proc/self/net/${file}`, 'latin1');
  } catch (cause) {
    if (systemErrorCode(cause) === 'ENOENT') return '';
    throw cause;
  }
}
