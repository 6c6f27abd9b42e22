import { INVOKE_TIMEOUT_MS, type SystemRunParams } from '../../protocol/index.ts';
import type { GatewayCore } from '../core.ts';
import { approvalRequester } from '../nodes/requester.ts';
import type { ReadyConnection } from '../session/connections.ts';
import type { UsedApproval } from './approval-question.ts';
import { askPeople } from './ask-people.ts';
import { wantedRun } from './run-binding.ts';

/** Left of the caller's time for the run itself, once somebody has answered. */
const RUN_MS = 5_000;

/**
 * The command line of protocol 3 asks about a text and sends variables (`nodes run --env`) only with the run that uses
 * the answer. Nobody saw them, so that answer does not cover them; the gateway asks once more, now about exactly this
 * run, its variables in the text. Terminal and locale variables change nothing and are not asked about; those that may
 * change what runs are never covered.
 * @returns the answer that covers the run with its variables @throws {RequestError} the node refuses in any case
 */
export async function askAboutVariables(
  core: GatewayCore,
  connection: ReadyConnection,
  { nodeId, wanted, timeoutMs }: { nodeId: string; wanted: SystemRunParams; timeoutMs: number | undefined },
): Promise<UsedApproval | undefined> {
  const { env } = wanted;
  if (connection.peer.protocol !== 3 || env == null || Object.keys(env).length === 0) return undefined;
  const { checkEnvironment } = await import('../../approvals/index.ts');
  const found = checkEnvironment(env);
  if (found.kind === 'refused') return undefined;
  const run = wantedRun(nodeId, wanted);
  const requester = approvalRequester(connection);
  // Somebody agreed to the words: without that nobody is bothered with the variables.
  const words = core.desk.consume(requester, { ...run, env: {} });
  if (words === undefined || found.kind === 'clean') return words;
  const { decided } = await askPeople(core, connection, {
    command: run.rawCommand ?? run.argv.join(' '),
    commandArgv: [...run.argv],
    cwd: run.cwd,
    agentId: run.agentId,
    nodeId,
    env,
    host: 'node',
    timeoutMs: Math.max(RUN_MS, (timeoutMs ?? INVOKE_TIMEOUT_MS) - RUN_MS),
  });
  await decided;
  return core.desk.consume(requester, run);
}
