import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { errorText, readTextIfPresent } from '../state/index.ts';
import type { HolderReading, HolderRecord } from './holder-types.ts';
import { monotonicMs, pidNamespace, selfIdentity } from './process-facts.ts';
import { publishFile } from './publish-file.ts';
import type { Starter } from './starter.ts';

/** Path of the record inside a state directory. */
export function holderPath(stateDir: string): string {
  return join(stateDir, 'gateway.holder.json');
}

/** Everything of a record that does not change while the process lives, from facts of this process. */
export function describeSelf(options: {
  service: string;
  version: string;
  stateDirHash: string;
  starter: Starter;
}): Omit<HolderRecord, 'addresses' | 'state' | 'since'> {
  const { service, version, stateDirHash, starter } = options;
  return {
    schema: 1,
    service,
    version,
    stateDirHash,
    starter,
    ...selfIdentity(),
    pidNamespace: pidNamespace(),
    uid: process.getuid?.() ?? 0,
  };
}

/** Publishes what the owner does now. Call it only while holding the lock. @throws `state/write` */
export function writeHolder(
  stateDir: string,
  record: Omit<HolderRecord, 'since'> & { since?: HolderRecord['since'] },
): HolderRecord {
  const since = record.since ?? { wallMs: Date.now(), monotonicMs: monotonicMs() };
  const complete = { ...record, since };
  publishFile(holderPath(stateDir), `${JSON.stringify(complete)}\n`);
  return complete;
}

/** Reads the record. Rubbish is reported as `unreadable` and left where it is (field failure F-08). */
export async function readHolder(stateDir: string): Promise<HolderReading> {
  try {
    const text = readTextIfPresent(holderPath(stateDir));
    if (text === undefined) return { kind: 'absent' };
    const { parseHolder } = await import('./parse-holder.ts');
    return parseHolder(text);
  } catch (thrown) {
    return { kind: 'unreadable', reason: errorText(thrown) };
  }
}

/**
 * Moves what cannot be read as a record aside, so that a new one can be written and somebody can still look at the old
 * one (field failure F-08). Call it only while holding the lock. Gives the new path.
 */
export function keepUnreadableHolder(stateDir: string): string {
  const kept = `${holderPath(stateDir)}.unreadable`;
  rmSync(kept, { recursive: true, force: true });
  renameSync(holderPath(stateDir), kept);
  return kept;
}

/** Removes the record if it is still the one this process wrote; call it before the lock is released (F-11). */
export async function removeOwnHolder(stateDir: string): Promise<void> {
  const reading = await readHolder(stateDir);
  const self = selfIdentity();
  if (reading.kind !== 'present') return;
  const { pid, startTicks, bootId } = reading.record;
  if (pid === self.pid && startTicks === self.startTicks && bootId === self.bootId) {
    rmSync(holderPath(stateDir), { force: true });
  }
}
