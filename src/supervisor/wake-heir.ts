import { isAlive, lookUpProcess, type ProcessIdentity } from './process-facts.ts';

/**
 * Lets a process go on that was stopped (Ctrl-Z, SIGSTOP) while the service was being handed to it: stopped, it may have
 * the lock and nobody is served, or a copy of the listening sockets, which would keep the port when their owner ends.
 * Awake it serves, or gives up and closes them. SIGCONT ends nobody; it goes to the very process that asked, and to its
 * group when it leads one, as a shell's job does: its helpers were stopped with it. One that a debugger holds is left.
 */
export function wakeHeir(heir: ProcessIdentity): void {
  const found = lookUpProcess(heir.pid);
  if (found.kind !== 'alive' || found.facts.runState !== 'T' || !isAlive(heir)) return;
  try {
    process.kill(found.facts.processGroup === heir.pid ? -heir.pid : heir.pid, 'SIGCONT');
  } catch {
    // It is gone, or another account's: whoever stopped it has to say.
  }
}
