import {
  preparedRunSchema,
  type SystemRunParams,
  type SystemRunPlan,
  unavailable,
} from '../../protocol/index.ts';
import type { GatewayCore } from '../core.ts';
import { askNode, servingNode } from '../nodes/ask-node.ts';
import { allowedCommands } from '../nodes/node-entries.ts';

/** A published node hashes one file; that is done in far less, and people wait for it. */
const PREPARE_WITHIN_MS = 10_000;
const COMMAND = 'system.run.prepare';

/** Does this node want a plan with every approved run? */
export function canPrepare(core: GatewayCore, nodeId: string): boolean {
  return allowedCommands(core, servingNode(core, nodeId)).includes(COMMAND);
}

/**
 * The node's own plan of a run, for callers that know of no plans (protocol-now §13.12).
 * @throws {RequestError} the node's refusal; a plan of something else than was asked for
 */
export async function prepareOnNode(
  core: GatewayCore,
  nodeId: string,
  run: Pick<SystemRunParams, 'command' | 'rawCommand' | 'cwd' | 'env' | 'agentId' | 'sessionKey'>,
): Promise<SystemRunPlan> {
  const { command, rawCommand, cwd, env, agentId, sessionKey } = run;
  const params = withoutNulls({ command, rawCommand, cwd, env, agentId, sessionKey });
  const answer = await askNode(core, nodeId, { command: COMMAND, params, timeoutMs: PREPARE_WITHIN_MS });
  const parsed = preparedRunSchema.safeParse(answer);
  if (!parsed.success) throw unavailable('the plan of the node cannot be read');
  const { plan } = parsed.data;
  if (!isPlanOf(plan, command)) throw unavailable('the node planned something else than it was asked for');
  return plan;
}

/** Same arguments, and the program itself or the path it was found under. */
function isPlanOf({ argv }: SystemRunPlan, command: readonly string[]): boolean {
  const [program = '', ...args] = command;
  const [planned = '', ...plannedArgs] = argv;
  const isFound = planned === program || planned.startsWith('/');
  return isFound && args.length === plannedArgs.length && args.every((arg, at) => arg === plannedArgs[at]);
}

function withoutNulls(params: object): object {
  return Object.fromEntries(Object.entries(params).filter(([, value]) => value != null));
}
