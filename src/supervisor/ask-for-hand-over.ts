import { type ControlReply, connectToOwner } from './control-channel.ts';
import { claimHandOver } from './hand-over-claim.ts';
import { type InheritedListener, inheritSockets } from './heritage/inherit-sockets.ts';
import { type Lock, waitForLock } from './lock.ts';
import { selfIdentity } from './process-facts.ts';

/** The owner let go of the lock for us, and waits to hear whether we serve. */
export type PendingHandOver = {
  /** We serve: the old owner may end. */
  confirm: () => void;
  /** We cannot serve: the old owner takes the lock back. Release the lock first. */
  abandon: () => void;
};

export type HandOverOutcome =
  | { kind: 'agreed'; lock: Lock; handOver: PendingHandOver; inherited: readonly InheritedListener[] }
  | { kind: 'refused'; reason: string };

/** 5 s on top of the drain time: the owner answers within its own deadline, unless it is stuck. */
const ANSWER_SLACK_MS = 5000;

/**
 * Asks the owner of a state directory to drain and hand over to this process. Nobody is signalled. The old owner keeps
 * living as a standby until `confirm`; if this process dies or gives up, the old owner serves again.
 */
export async function askForHandOver(options: {
  stateDir: string;
  /** `host:port` of the owner's listening sockets that are to be taken over. */
  wanted: readonly string[];
  drainMs: number;
  signal: AbortSignal;
}): Promise<HandOverOutcome> {
  const claim = await claimHandOver(options.stateDir);
  if (claim === undefined) {
    return { kind: 'refused', reason: 'it is handing over to another process already' };
  }
  const outcome = await ask(options, claim);
  if (outcome.kind === 'refused') claim.release();
  return outcome;
}

async function ask(
  { stateDir, wanted, drainMs, signal }: Parameters<typeof askForHandOver>[0],
  claim: Lock,
): Promise<HandOverOutcome> {
  const owner = await connectToOwner(stateDir);
  if (owner === undefined) return { kind: 'refused', reason: 'its control socket does not answer' };
  const patience = AbortSignal.any([signal, AbortSignal.timeout(drainMs + ANSWER_SLACK_MS)]);
  // The kernel queue is entered before the owner lets go, so the lock is ours the moment it is free.
  const waiting = new AbortController();
  const lockComes = waitForLock({ stateDir, signal: AbortSignal.any([patience, waiting.signal]) });
  const refused = new AbortController();
  patience.addEventListener('abort', owner.close, { once: true, signal: refused.signal });
  owner.send({ op: 'hand-over', to: selfIdentity(), drainMs, inherits: wanted.length > 0 });
  // While the owner drains, so that nobody waits for it afterwards. Nothing is accepted before the lock is ours.
  let coming: Promise<InheritedListener[]> = Promise.resolve([]);
  const answer = await untilAnswered(owner.next, () => {
    if (wanted.length > 0) coming = inheritSockets({ stateDir, wanted, signal: patience });
  });
  refused.abort();
  if (answer.kind === 'refused') waiting.abort();
  // An owner that ends while it is asked leaves the lock to whoever waits: that is us, too.
  else setTimeout(() => waiting.abort(), LOCK_COMES_MS).unref();
  const lock = await lockComes;
  const inherited = await coming;
  if (lock === undefined || answer.kind === 'refused') {
    for (const listener of inherited) listener.close();
    lock?.release();
    owner.close();
    return { kind: 'refused', reason: answer.kind === 'released' ? NO_LOCK : answer.reason };
  }
  const confirm = () => {
    claim.release();
    owner.send({ op: 'done' });
    owner.close();
  };
  const abandon = () => {
    claim.release();
    owner.close();
  };
  return { kind: 'agreed', lock, handOver: { confirm, abandon }, inherited };
}

/**
 * 5 s: the kernel hands the lock on within milliseconds, and standbys step aside. Only a process that knows nothing of
 * hand-overs, or a start of this very moment, can be in between.
 */
const LOCK_COMES_MS = 5000;

/** An owner that hears nothing for a second takes the service back. */
const NO_LOCK =
  'it let go of the service and took it back: this process did not serve in time (it was stopped, or the machine is busy)';

type Answer = { kind: 'released' } | { kind: 'refused' | 'broken-off'; reason: string };

/** Waits for the owner's word; a promise to drain is not yet one. */
async function untilAnswered(
  next: () => Promise<ControlReply | undefined>,
  onDraining: () => void,
): Promise<Answer> {
  for (;;) {
    const reply = await next();
    if (reply === undefined) {
      return { kind: 'broken-off', reason: 'it broke the hand-over off, or did not answer in time' };
    }
    if (reply.event === 'draining') onDraining();
    if (reply.event === 'released') return { kind: 'released' };
    if (reply.event === 'refused') return { kind: 'refused', reason: reply.reason };
  }
}
