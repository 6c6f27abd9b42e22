import { connectToOwner } from './control-channel.ts';
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
  | { kind: 'agreed'; lock: Lock; handOver: PendingHandOver }
  | { kind: 'refused'; reason: string };

/** 5 s on top of the drain time: the owner answers within its own deadline, unless it is stuck. */
const ANSWER_SLACK_MS = 5000;

/**
 * Asks the owner of a state directory to drain and hand over to this process. Nobody is signalled. The old owner keeps
 * living as a standby until `confirm`; if this process dies or gives up, the old owner serves again.
 */
export async function askForHandOver(options: {
  stateDir: string;
  drainMs: number;
  signal: AbortSignal;
}): Promise<HandOverOutcome> {
  const owner = await connectToOwner(options.stateDir);
  if (owner === undefined) return { kind: 'refused', reason: 'its control socket does not answer' };
  const patience = AbortSignal.any([options.signal, AbortSignal.timeout(options.drainMs + ANSWER_SLACK_MS)]);
  // The kernel queue is entered before the owner lets go, so the lock is ours the moment it is free.
  const waiting = new AbortController();
  const lockComes = waitForLock({
    stateDir: options.stateDir,
    signal: AbortSignal.any([patience, waiting.signal]),
  });
  const refused = new AbortController();
  patience.addEventListener('abort', owner.close, { once: true, signal: refused.signal });
  owner.send({ op: 'hand-over', to: selfIdentity(), drainMs: options.drainMs });
  const reason = await untilReleased(owner.next);
  refused.abort();
  if (reason !== undefined) waiting.abort();
  const lock = await lockComes;
  if (lock !== undefined && reason === undefined) {
    return {
      kind: 'agreed',
      lock,
      handOver: {
        confirm: () => {
          owner.send({ op: 'done' });
          owner.close();
        },
        abandon: owner.close,
      },
    };
  }
  lock?.release();
  owner.close();
  return { kind: 'refused', reason: reason ?? 'the lock did not come in time' };
}

/** Undefined once the owner has let go, else why it has not. */
async function untilReleased(
  next: () => Promise<{ event: string; reason?: string } | undefined>,
): Promise<string | undefined> {
  for (;;) {
    const reply = await next();
    if (reply === undefined) return 'it broke the hand-over off, or did not answer in time';
    if (reply.event === 'released') return undefined;
    if (reply.event === 'refused') return reply.reason ?? 'it refused';
  }
}
