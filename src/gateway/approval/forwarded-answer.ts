import { invalidRequest, type SystemRunParams } from '../../protocol/index.ts';
import type { GatewayCore } from '../core.ts';
import type { UsedApproval } from './approval-question.ts';
import { canExplain } from './explain-on-node.ts';
import { canPrepare } from './prepare-on-node.ts';

/**
 * The program behind a node's name may be another one than when people were asked. One that cannot compare what the
 * answer was bound to would take the answer for the words alone.
 * @throws {RequestError} then the run has to be asked about anew
 */
export function refuseUncheckable(
  core: GatewayCore,
  nodeId: string,
  { nodeBinding, plan }: UsedApproval,
): void {
  const isComparable =
    (nodeBinding === undefined || canExplain(core, nodeId)) &&
    // A plan with the policy in it was made by the node; one without was made up for a node that makes none.
    (plan?.policySnapshot === undefined || canPrepare(core, nodeId));
  if (isComparable) return;
  throw invalidRequest('the node cannot check any more what was approved; ask again', {
    code: 'APPROVAL_NODE_MISMATCH',
  });
}

/**
 * What a node is told of an answer. The published node of protocol 3 stores "always" as the bare path of each program,
 * which then runs with any arguments: of a shell or an interpreter that is everything. It is told "once" for those, and
 * people are asked again, as they are by ours.
 */
export async function forwardedDecision(
  core: GatewayCore,
  { nodeId, decision }: { nodeId: string; decision: 'allow-once' | 'allow-always' },
  { command, rawCommand, agentId }: Pick<SystemRunParams, 'command' | 'rawCommand' | 'agentId'>,
): Promise<'allow-once' | 'allow-always'> {
  const keepsPaths = !canExplain(core, nodeId) && !canPrepare(core, nodeId);
  if (decision === 'allow-once' || !keepsPaths) return decision;
  const { patternRisk } = await import('../../approvals/index.ts');
  // It reads the programs out of a text in its own way; every word could be one.
  const words = rawCommand == null ? command.slice(0, 1) : rawCommand.split(/[\s;&|()<>"'`$={}]+/);
  const startsOthers = words.some((word) => patternRisk(`/${word}`).code === 'starts-others');
  // As an agent's name this stands for all of them.
  return startsOthers || agentId?.trim() === '*' ? 'allow-once' : decision;
}
