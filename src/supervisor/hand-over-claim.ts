import { join } from 'node:path';
import type { HolderReading } from './holder-types.ts';
import { type Lock, tryLock } from './lock.ts';

/**
 * The right to be handed the service: the kernel's lock on a directory of its own, taken before the owner is asked and
 * kept until the new owner serves. Standbys that win the service's lock meanwhile step aside. Like the lock itself it is
 * gone when its process is, and it means the same in every pid and time namespace, where numbers and deadlines do not.
 * @returns undefined while somebody else is being handed the service
 */
export async function claimHandOver(stateDir: string): Promise<Lock | undefined> {
  const attempt = await tryLock(handOverDirectory(stateDir));
  return attempt.kind === 'acquired' ? attempt.lock : undefined;
}

/**
 * True while another process is being handed the service. `record` is the one the last owner left: one that was not
 * stopping has handed nothing over, and the kernel need not be asked (5 ms of a take-over).
 */
export async function isHandedToOther(stateDir: string, record: HolderReading): Promise<boolean> {
  if (record.kind === 'present' && record.record.state.name !== 'stopping') return false;
  const claim = await claimHandOver(stateDir);
  claim?.release();
  return claim === undefined;
}

/** Where the claim is, and the socket of whoever keeps the port meanwhile. */
export function handOverDirectory(stateDir: string): string {
  return join(stateDir, 'hand-over');
}
