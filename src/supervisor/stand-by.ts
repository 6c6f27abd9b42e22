import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isHandedToOther } from './hand-over-claim.ts';
import { readHolder } from './holder-record.ts';
import { judgeHolder } from './judge-holder.ts';
import { type Lock, openPlace, type Place, waitForLock } from './lock.ts';
import { monotonicMs, type ProcessIdentity, pidNamespace, selfIdentity } from './process-facts.ts';
import { publishFile } from './publish-file.ts';
import { describeStarter, type Starter } from './starter.ts';

/** A process that waits to take over. */
export type Standby = ProcessIdentity & {
  pidNamespace: number | undefined;
  startedBy: string;
  sinceMs: number;
  /** It would take over the owner's listening sockets. */
  inherits: boolean;
};

/** 20 ms: how long a standby steps aside for the process the owner hands over to, before it asks the kernel again. */
const STEP_ASIDE_MS = 20;

/** 10 s: the process that was handed the service gets the lock within milliseconds; one that was stopped never does. */
const STEP_ASIDE_AT_MOST_MS = 10_000;

/**
 * Waits until the owner is gone, and owns the lock then. Costs no CPU meanwhile. A standby that wins the lock during a
 * hand-over to another process steps aside until that one is done.
 *
 * Standbys queue for the lock of their own directory first, and only the one that has it waits for the owner. However
 * many there are, an end or a hand-over wakes one.
 */
export async function standBy(options: {
  stateDir: string;
  starter: Starter;
  inherits: boolean;
  signal: AbortSignal;
}): Promise<Lock | undefined> {
  const announcement = announce(options);
  const place = openPlace(standbyDirectory(options.stateDir));
  try {
    return await waitForTurn({ ...options, place });
  } finally {
    place.leave();
    rmSync(announcement, { force: true });
  }
}

async function waitForTurn(options: {
  stateDir: string;
  place: Place;
  signal: AbortSignal;
}): Promise<Lock | undefined> {
  let patienceEndsAt: number | undefined;
  for (;;) {
    const lock = await waitForLock(options);
    if (lock === undefined) return undefined;
    if (!(await isHandedToOther(lock.stateDir, await readHolder(lock.stateDir)))) return lock;
    patienceEndsAt ??= monotonicMs() + STEP_ASIDE_AT_MOST_MS;
    if (monotonicMs() > patienceEndsAt) return lock;
    lock.release();
    await delay(STEP_ASIDE_MS);
  }
}

/** Everyone in this pid namespace who waits for a state directory, by their own announcements; the dead are left out. */
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
    return standby !== undefined && judgeHolder(standby).kind === 'alive' ? [standby] : [];
  });
}

function announce({
  stateDir,
  starter,
  inherits,
}: {
  stateDir: string;
  starter: Starter;
  inherits: boolean;
}): string {
  const self = selfIdentity();
  const directory = standbyDirectory(stateDir);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  forgetTheDead(directory);
  const path = join(directory, `${self.pid}-${self.startTicks}-${pidNamespace() ?? 0}.json`);
  const standby: Standby = {
    ...self,
    pidNamespace: pidNamespace(),
    startedBy: describeStarter(starter),
    sinceMs: Date.now(),
    inherits,
  };
  publishFile(path, `${JSON.stringify(standby)}\n`);
  return path;
}

function forgetTheDead(directory: string): void {
  for (const name of readdirSync(directory)) {
    const standby = parseStandby(readAnnouncement(join(directory, name)));
    // Those of other pid namespaces are `unknown` and stay: their supervisors look for them there.
    if (standby !== undefined && judgeHolder(standby).kind === 'gone')
      rmSync(join(directory, name), { force: true });
  }
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
    const { pid, startTicks, bootId, pidNamespace, startedBy, sinceMs, inherits } = value as Record<
      string,
      unknown
    >; // object: checked above
    if (typeof pid !== 'number' || typeof startTicks !== 'number' || typeof bootId !== 'string')
      return undefined;
    if (typeof startedBy !== 'string' || typeof sinceMs !== 'number') return undefined;
    const namespace = typeof pidNamespace === 'number' ? pidNamespace : undefined;
    return {
      ...{ pid, startTicks, bootId, pidNamespace: namespace, startedBy, sinceMs },
      inherits: inherits === true,
    };
  } catch {
    return undefined;
  }
}

function standbyDirectory(stateDir: string): string {
  return join(stateDir, 'standby');
}
