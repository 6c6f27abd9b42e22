import type { StateFilesFact } from '../facts/state-files.ts';

/** Why a file cannot be judged from this account: its owner lets nobody else in. Undefined when that is not the reason. */
export function closedByOwner(
  { ownerUid }: StateFilesFact,
  { uid }: { uid: number },
  reason: string,
): string | undefined {
  const isClosed = /\b(EACCES|EPERM)\b/.test(reason) && uid !== 0;
  return isClosed && ownerUid !== undefined && ownerUid !== uid
    ? `${reason}; it belongs to uid ${ownerUid}, ask from that account`
    : undefined;
}
