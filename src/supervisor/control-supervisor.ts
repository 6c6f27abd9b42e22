import { OpsError } from '../state/index.ts';
import { type ControlRequest, connectToOwner } from './control-channel.ts';
import { EMPTY_TALLY } from './restart-policy.ts';
import { supervisorDirectory } from './status-file.ts';
import { readTally, writeTally } from './tally-store.ts';

export type ClearOutcome =
  /** The running supervisor forgot the deaths and starts the service again if it was given up. */
  | { kind: 'cleared-and-told' }
  /** No supervisor runs; the next one starts with a clean count. */
  | { kind: 'cleared' };

/**
 * Forgets the deaths of a service and a verdict of given-up (`supervisor clear NAME`).
 * @throws `usage` when the running supervisor does not know the service
 */
export async function clearService(stateDir: string, service: string): Promise<ClearOutcome> {
  const directory = supervisorDirectory(stateDir);
  const reply = await ask(directory, { op: 'clear', service });
  if (reply === 'agreed') return { kind: 'cleared-and-told' };
  if (reply !== undefined) throw new OpsError('usage', reply.reason);
  const { tally } = readTally(directory, service);
  if (tally.deaths.length > 0 || tally.givenUp !== undefined) {
    writeTally(directory, service, { ...EMPTY_TALLY, recent: tally.recent });
  }
  return { kind: 'cleared' };
}

/** Asks the supervisor of a state directory to stop all its services and end. False when none runs. */
export async function askSupervisorToStop(stateDir: string): Promise<boolean> {
  return (await ask(supervisorDirectory(stateDir), { op: 'stop', drainMs: 0 })) === 'agreed';
}

async function ask(
  directory: string,
  request: ControlRequest,
): Promise<'agreed' | { reason: string } | undefined> {
  const supervisor = await connectToOwner(directory);
  if (supervisor === undefined) return undefined;
  const timer = setTimeout(supervisor.close, ANSWER_MS);
  supervisor.send(request);
  const reply = await supervisor.next();
  clearTimeout(timer);
  supervisor.close();
  if (reply?.event === 'draining') return 'agreed';
  return { reason: reply?.event === 'refused' ? reply.reason : 'the supervisor does not answer' };
}

/** 2 s: a supervisor answers from memory. */
const ANSWER_MS = 2000;
