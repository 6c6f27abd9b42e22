import { setTimeout as delay } from 'node:timers/promises';
import { askToStop } from './ask-to-stop.ts';
import { classifyPort, type PortVerdict } from './classify-port.ts';
import { readHolder } from './holder-record.ts';
import type { HolderRecord } from './holder-types.ts';
import { judgeHolder } from './judge-holder.ts';
import { tryLock } from './lock.ts';
import { lookUpProcess, monotonicMs } from './process-facts.ts';
import { signalProcess } from './run-processes.ts';
import { identityHash } from './state-directory.ts';

export type StopOutcome =
  /** Nobody owned the service. */
  | { kind: 'absent' }
  /** The owner is gone and the port is silent. `by` is the last thing that was needed. */
  | { kind: 'stopped'; pid: number; by: 'asked' | 'SIGTERM' | 'SIGKILL' }
  /** Nothing was done to anybody. */
  | { kind: 'refused'; reason: string }
  /** The owner is gone or was asked, but the port still answers or the lock is still held. */
  | { kind: 'still-there'; reason: string; port: PortVerdict };

/**
 * Ends the owner of a state directory: asks over its control socket, then, with `force`, signals. A signal goes only to
 * a process whose identity has been proven again right before: never to this process, an ancestor, or an owner that is
 * starting. Success is claimed only when the owner is gone and its port silent.
 */
export async function stopOwner(options: {
  stateDir: string;
  /** Without those the gateway can do without: somebody else there is no gateway that still answers. */
  addresses: readonly string[];
  port: number;
  drainMs: number;
  force: 'never' | 'term' | 'kill';
}): Promise<StopOutcome> {
  const reading = await readHolder(options.stateDir);
  if (reading.kind !== 'present' || judgeHolder(reading.record).kind === 'gone') return withoutOwner(options);
  const { record } = reading;
  const objection = whyNotTouch(record);
  if (objection !== undefined) return { kind: 'refused', reason: objection };
  const asked = await askToStop(options.stateDir, record, options.drainMs);
  if (asked && (await ends(record, options.drainMs))) return prove(options, record, 'asked');
  const signals = { never: [], term: ['SIGTERM'], kill: ['SIGTERM', 'SIGKILL'] } as const;
  for (const signal of signals[options.force]) {
    const again = whyNotTouch(record);
    if (again !== undefined) return { kind: 'refused', reason: again };
    signalProcess(record, signal);
    // A stopped process takes SIGTERM only after SIGCONT (signal(7)).
    if (signal === 'SIGTERM') signalProcess(record, 'SIGCONT');
    if (await ends(record, signal === 'SIGTERM' ? options.drainMs : KILL_MS))
      return prove(options, record, signal);
  }
  return { kind: 'refused', reason: asked ? 'it did not end in time' : 'its control socket does not answer' };
}

/** 5 s: a killed process lets go of its descriptors within milliseconds, unless the kernel itself hangs. */
const KILL_MS = 5000;
const LOOK_EVERY_MS = 25;
/** 2 s: as long as a start over the record of a dead owner waits for its port. */
const SETTLE_MS = 2000;
/** 32: deeper than any process tree seen; the walk must end even when pids are reused under it. */
const MAX_PARENTS = 32;

/** Why the process of a record must not be touched; undefined when it may. */
function whyNotTouch(record: HolderRecord): string | undefined {
  const fate = judgeHolder(record);
  if (fate.kind === 'gone')
    return `pid ${record.pid} of the record is not the owner any more (${fate.because})`;
  if (fate.kind === 'unknown') return `the owner cannot be proven: ${fate.reason}`;
  if (record.pid === process.pid) return 'this process is the owner';
  if (isAncestor(record.pid)) return `pid ${record.pid} is an ancestor of this process`;
  const { state } = record;
  if (state.name === 'starting' && state.deadlineMonotonicMs > monotonicMs()) {
    const seconds = Math.ceil((state.deadlineMonotonicMs - monotonicMs()) / 1000);
    return `pid ${record.pid} is starting; it has ${seconds} s left to become ready`;
  }
  return undefined;
}

function isAncestor(pid: number): boolean {
  let current = process.ppid;
  for (let depth = 0; depth < MAX_PARENTS && current > 0; depth += 1) {
    if (current === pid) return true;
    const found = lookUpProcess(current);
    current = found.kind === 'alive' ? found.facts.parentPid : 0;
  }
  return false;
}

async function ends(record: HolderRecord, withinMs: number): Promise<boolean> {
  const giveUpAt = monotonicMs() + withinMs;
  while (judgeHolder(record).kind !== 'gone') {
    if (monotonicMs() > giveUpAt) return false;
    await delay(LOOK_EVERY_MS);
  }
  return true;
}

type Where = { stateDir: string; addresses: readonly string[]; port: number };

/** No living owner is on record; the kernel says whether that is the truth. */
async function withoutOwner(where: Where): Promise<StopOutcome> {
  const attempt = await tryLock(where.stateDir);
  if (attempt.kind === 'held') {
    return {
      kind: 'refused',
      reason: 'somebody owns the service, but left no readable record to name him by',
    };
  }
  attempt.lock.release();
  const port = await lookAtPort(where);
  return port.kind === 'free' ? { kind: 'absent' } : { kind: 'still-there', reason: portReason(port), port };
}

async function prove(
  where: Where,
  record: HolderRecord,
  by: 'asked' | 'SIGTERM' | 'SIGKILL',
): Promise<StopOutcome> {
  const port = await settledPort(where);
  if (port.kind === 'free') return { kind: 'stopped', pid: record.pid, by };
  return { kind: 'still-there', reason: `pid ${record.pid} ended, but ${portReason(port)}`, port };
}

/**
 * A process that is being torn down counts as gone some milliseconds (on a loaded machine more) before its socket is;
 * until then the socket has no visible process. Anybody who is visible there is reported at once.
 */
async function settledPort(where: Where): Promise<PortVerdict> {
  const giveUpAt = monotonicMs() + SETTLE_MS;
  for (;;) {
    const port = await lookAtPort(where);
    if (port.kind === 'free' || port.class !== 'unknown' || monotonicMs() > giveUpAt) return port;
    await delay(LOOK_EVERY_MS);
  }
}

async function lookAtPort({ stateDir, addresses, port }: Where): Promise<PortVerdict> {
  const reading = await readHolder(stateDir);
  const record = reading.kind === 'present' ? reading.record : undefined;
  return classifyPort({ addresses, port, stateDirHash: identityHash(stateDir), record });
}

function portReason(port: Extract<PortVerdict, { kind: 'taken' }>): string {
  const pids = port.listeners.flatMap(({ holders }) => holders.map(({ pid }) => pid));
  const who = pids.length === 0 ? 'a process that cannot be seen' : `pid ${pids.join(', ')}`;
  return `port ${port.port} still answers (${who}, ${port.class})`;
}
