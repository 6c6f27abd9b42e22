import { setTimeout as delay } from 'node:timers/promises';
import { isHandedToOther } from './hand-over-claim.ts';
import { readHolder } from './holder-record.ts';
import type { HolderReading } from './holder-types.ts';
import { judgeHolder } from './judge-holder.ts';
import { type Lock, tryLock } from './lock.ts';
import { monotonicMs } from './process-facts.ts';

export type Acquisition =
  | { kind: 'acquired'; lock: Lock; previous: HolderReading }
  | { kind: 'held'; stateDir: string; holder: HolderReading };

/**
 * 500 ms: a dying process was seen to keep the lock for up to 60 ms, and a new owner on a loaded machine needed more than
 * that between its lock and its record (it looks at the port first).
 */
const SETTLE_MS = 500;
const RETRY_EVERY_MS = 20;

/**
 * Tries to become the owner and says who is, if somebody else is. When the kernel says `held` but the record names a
 * dead process, the lock is asked again for a moment: a process being torn down keeps it until its descriptors are gone,
 * and a new owner may not have written its name yet. A lock that is free only because the service is being handed to
 * another process at this moment counts as held.
 * @throws `lock/unavailable`, `state/write`, `state/unreadable`
 */
export async function acquireLock(options: { stateDir: string }): Promise<Acquisition> {
  const giveUpAt = monotonicMs() + SETTLE_MS;
  for (;;) {
    const attempt = await tryLock(options.stateDir);
    const stateDir = attempt.kind === 'acquired' ? attempt.lock.stateDir : attempt.stateDir;
    const holder = await readHolder(stateDir);
    if (attempt.kind === 'acquired') {
      // No record: a first start, or one after an orderly end.
      if (holder.kind === 'absent' || !(await isHandedToOther(stateDir, holder)))
        return { ...attempt, previous: holder };
      attempt.lock.release();
    }
    const believable = holder.kind === 'present' && judgeHolder(holder.record).kind !== 'gone';
    if (believable || monotonicMs() >= giveUpAt) return { kind: 'held', stateDir, holder };
    await delay(RETRY_EVERY_MS);
  }
}
