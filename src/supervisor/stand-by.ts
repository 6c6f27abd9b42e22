import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { readHolder } from './holder-record.ts';
import { type Lock, waitForLock } from './lock.ts';
import { bootId, lookUpProcess, monotonicMs, type ProcessIdentity, selfIdentity } from './process-facts.ts';
import { publishFile } from './publish-file.ts';
import { describeStarter, type Starter } from './starter.ts';

/** A process that waits to take over. */
export type Standby = ProcessIdentity & { startedBy: string; sinceMs: number };

/** 20 ms: how long a standby steps aside for the process the owner has chosen, before it asks the kernel again. */
const STEP_ASIDE_MS = 20;

/**
 * Waits until the owner is gone, and owns the lock then. Costs no CPU meanwhile. A standby that wins the lock while the
 * last owner was handing over to another living process steps aside until the deadline of that hand-over.
 */
export async function standBy(options: {
  stateDir: string;
  starter: Starter;
  signal: AbortSignal;
}): Promise<Lock | undefined> {
  const announcement = announce(options);
  try {
    return await waitForTurn(options);
  } finally {
    rmSync(announcement, { force: true });
  }
}

/** Waits for the lock like `waitForLock`, but steps aside for the process an owner has promised the service to. */
export async function waitForTurn(options: {
  stateDir: string;
  signal: AbortSignal;
}): Promise<Lock | undefined> {
  for (;;) {
    const lock = await waitForLock(options);
    if (lock === undefined || !(await isPromisedToOther(lock.stateDir))) return lock;
    lock.release();
    await delay(STEP_ASIDE_MS);
  }
}

/** Everyone who waits for a state directory, by their own announcements; those of dead processes are left out. */
export function listStandbys(stateDir: string): Standby[] {
  const directory = standbyDirectory(stateDir);
  let names: string[];
  try {
    names = readdirSync(directory);
  } catch {
    return [];
  }
  return names.flatMap((name) => {
    const standby = parseStandby(readAnnouncement(join(directory, name)));
    return standby !== undefined && lives(standby) ? [standby] : [];
  });
}

/** True while the last owner's promise to another process is open: it lives and the deadline has not passed. */
async function isPromisedToOther(stateDir: string): Promise<boolean> {
  const reading = await readHolder(stateDir);
  if (reading.kind !== 'present' || reading.record.state.name !== 'stopping') return false;
  const { handOverTo, deadlineMonotonicMs } = reading.record.state;
  if (handOverTo === undefined || deadlineMonotonicMs < monotonicMs()) return false;
  return handOverTo.pid !== process.pid && lives(handOverTo);
}

function announce({ stateDir, starter }: { stateDir: string; starter: Starter }): string {
  const self = selfIdentity();
  const directory = standbyDirectory(stateDir);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  forgetTheDead(directory);
  const path = join(directory, `${self.pid}-${self.startTicks}.json`);
  const standby: Standby = { ...self, startedBy: describeStarter(starter), sinceMs: Date.now() };
  publishFile(path, `${JSON.stringify(standby)}\n`);
  return path;
}

function forgetTheDead(directory: string): void {
  for (const name of readdirSync(directory)) {
    const standby = parseStandby(readAnnouncement(join(directory, name)));
    if (standby !== undefined && !lives(standby)) rmSync(join(directory, name), { force: true });
  }
}

function lives(identity: ProcessIdentity): boolean {
  if (identity.bootId !== bootId()) return false;
  const found = lookUpProcess(identity.pid);
  return found.kind === 'alive' && found.facts.startTicks === identity.startTicks;
}

function readAnnouncement(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function parseStandby(text: string): Standby | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return undefined;
    const { pid, startTicks, bootId: boot, startedBy, sinceMs } = value as Record<string, unknown>; // object: checked above
    if (typeof pid !== 'number' || typeof startTicks !== 'number' || typeof boot !== 'string')
      return undefined;
    if (typeof startedBy !== 'string' || typeof sinceMs !== 'number') return undefined;
    return { pid, startTicks, bootId: boot, startedBy, sinceMs };
  } catch {
    return undefined;
  }
}

function standbyDirectory(stateDir: string): string {
  return join(stateDir, 'standby');
}
