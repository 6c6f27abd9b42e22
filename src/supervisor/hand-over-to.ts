import { setTimeout as delay } from 'node:timers/promises';
import { connectToOwner } from './control-channel.ts';
import { readHolder } from './holder-record.ts';
import { judgeHolder } from './judge-holder.ts';
import { isStopped, type ProcessIdentity } from './process-facts.ts';
import { listStandbys, type Standby } from './stand-by.ts';

export type HandOverResult =
  /** `to` serves; `from` was told to end. */
  | { kind: 'handed-over'; tookMs: number }
  /** Things are not as they were when this was decided; nothing was done. */
  | { kind: 'not-as-expected'; reason: string }
  /** The owner serves (again). */
  | { kind: 'refused'; reason: string };

/** 10 s: a standby serves within 150 ms of getting the lock; on a machine with ten times its work in a few seconds. */
const SERVES_MS = 10_000;
/** 5 ms: the old owner ends the sooner the sooner it hears. */
const LOOK_EVERY_MS = 5;

/**
 * Asks the owner of a state directory to hand over to a process that stands by, and stays between them until that one
 * serves; when it does not, or when this process dies, the old owner serves again. Nobody is signalled.
 * Repeating it after an interruption is safe: who is meant is proven by pid, start time and boot.
 */
export async function handOverTo(options: {
  stateDir: string;
  from: ProcessIdentity;
  to: ProcessIdentity;
  drainMs: number;
}): Promise<HandOverResult> {
  const { stateDir, from, to, drainMs } = options;
  const standby = listStandbys(stateDir).find((waiting) => isSame(waiting, to));
  const objection = await whyNot(options, standby);
  if (objection !== undefined) return { kind: 'not-as-expected', reason: objection };
  const owner = await connectToOwner(stateDir);
  if (owner === undefined) return { kind: 'refused', reason: 'its control socket does not answer' };
  const startedAt = performance.now();
  const timer = setTimeout(owner.close, drainMs + SERVES_MS);
  try {
    owner.send({ op: 'hand-over', to, drainMs, inherits: standby?.inherits === true });
    for (;;) {
      const reply = await owner.next();
      if (reply === undefined) return { kind: 'refused', reason: `pid ${from.pid} broke the hand-over off` };
      if (reply.event === 'refused') return { kind: 'refused', reason: reply.reason };
      if (reply.event === 'released') break;
    }
    if (!(await serves(stateDir, to))) {
      return { kind: 'refused', reason: `pid ${to.pid} did not serve in time; pid ${from.pid} serves again` };
    }
    owner.send({ op: 'done' });
    return { kind: 'handed-over', tookMs: Math.round(performance.now() - startedAt) };
  } finally {
    clearTimeout(timer);
    owner.close();
  }
}

async function whyNot(
  { stateDir, from, to }: Parameters<typeof handOverTo>[0],
  standby: Standby | undefined,
): Promise<string | undefined> {
  const reading = await readHolder(stateDir);
  if (reading.kind !== 'present' || judgeHolder(reading.record).kind !== 'alive')
    return 'nobody owns the service';
  const { record } = reading;
  if (isSame(record, to)) return `pid ${to.pid} owns the service already`;
  if (!isSame(record, from)) return `pid ${record.pid} owns the service now`;
  if (record.state.name !== 'serving') return `pid ${record.pid} is ${record.state.name}`;
  if (standby === undefined) return `pid ${to.pid} does not stand by any more`;
  return isStopped(to.pid) ? `pid ${to.pid} is stopped` : undefined;
}

async function serves(stateDir: string, to: ProcessIdentity): Promise<boolean> {
  const giveUpAt = performance.now() + SERVES_MS;
  while (performance.now() < giveUpAt) {
    const reading = await readHolder(stateDir);
    if (reading.kind === 'present' && isSame(reading.record, to) && reading.record.state.name === 'serving')
      return true;
    await delay(LOOK_EVERY_MS);
  }
  return false;
}

function isSame(a: ProcessIdentity, b: ProcessIdentity): boolean {
  return a.pid === b.pid && a.startTicks === b.startTicks && a.bootId === b.bootId;
}
