import { connectToOwner } from './control-channel.ts';
import { readHolder } from './holder-record.ts';

/**
 * Asks the owner of a state directory over its control socket to drain and end. Only if the record says that the owner
 * is the process meant. True when the owner has agreed; waiting for its end is the caller's.
 */
export async function askToStop(
  stateDir: string,
  expected: { pid: number; startTicks: number },
  drainMs: number,
): Promise<boolean> {
  const reading = await readHolder(stateDir);
  if (reading.kind !== 'present') return false;
  if (reading.record.pid !== expected.pid || reading.record.startTicks !== expected.startTicks) return false;
  const owner = await connectToOwner(stateDir);
  if (owner === undefined) return false;
  const timer = setTimeout(owner.close, ANSWER_MS);
  owner.send({ op: 'stop', drainMs });
  const reply = await owner.next();
  clearTimeout(timer);
  owner.close();
  return reply?.event === 'draining';
}

/** 3 s: an event loop that turns answers at once, but a busy machine may let it wait; SIGTERM follows otherwise. */
const ANSWER_MS = 3_000;
