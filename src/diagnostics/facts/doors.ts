import { type Listener, lookUpProcess, processesConnectedTo, programName } from '../../supervisor/index.ts';
import type { ConfigFact } from './config.ts';

/** A program that is connected to the gateway's port now, and may let others through. */
export type Door = {
  pid: number;
  /** What it calls itself; display only. */
  name: string;
  uid: number;
  /** Listening sockets of it, or of the process of that name that started it (socat and inetd fork per connection). */
  listens: readonly { address: string; port: number }[];
};

/**
 * Programs of this machine with a connection to the gateway's loopback port, and where they listen themselves. A proxy
 * that nobody uses at the moment has no connection and is not seen.
 */
export function collectDoors({ settings }: ConfigFact, listeners: readonly Listener[]): readonly Door[] {
  return processesConnectedTo(settings.port).flatMap((pid) => {
    const found = lookUpProcess(pid);
    if (found.kind !== 'alive') return [];
    const name = programName(found.facts);
    const parent = lookUpProcess(found.facts.parentPid);
    const isForked = parent.kind === 'alive' && programName(parent.facts) === name;
    const family = isForked ? [pid, parent.facts.pid] : [pid];
    const listens = listeners
      .filter(({ holders }) => holders.some((holder) => family.includes(holder.pid)))
      .map(({ address, port }) => ({ address, port }));
    return [{ pid, name, uid: found.facts.uid, listens }];
  });
}
