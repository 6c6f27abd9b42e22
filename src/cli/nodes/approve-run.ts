import { type Ask, effectiveSettings, parsePolicyValue, type Security } from '../../approvals/index.ts';
import type { SystemRunPlan } from '../../protocol/index.ts';
import { OpsError } from '../../state/index.ts';
import { recordOf } from '../connection/payload.ts';
import { type ApprovalAnswer, type Asking, askApproval } from './ask-approval.ts';
import { later, ORDER } from './run-request.ts';

type PlannedRun = {
  approved: true;
  approvalDecision: 'allow-once' | 'allow-always';
  runId: string;
  command: readonly string[];
  rawCommand: string;
  cwd?: string;
  agentId: string | null;
  sessionKey: string | null;
  systemRunPlan: SystemRunPlan;
};

/** What goes into `system.run` besides the command: nothing, that a person agreed, or that nobody answered (ours). */
export type ApprovalFields =
  | Record<string, never>
  | { approved: true; approvalDecision: 'allow-once' | 'allow-always' }
  /** Protocol 4: the whole run as it was planned and approved, under the id of its question. */
  | PlannedRun
  | { approvalUnanswered: true };

/**
 * What the reference does before every run (exec-approvals §10), for real gateways: read the node's file, join it with
 * the caller's wishes, ask unless asking is off. It cannot see whether the command would be allowed anyway.
 * @throws `gateway/refused` when the run is denied here already
 */
export async function approveLikeReference(
  asking: Omit<Asking, 'security' | 'ask'>,
): Promise<ApprovalFields> {
  const { gateway, request, nodeId, intention } = asking;
  const snapshot = recordOf(await gateway.call('exec.approvals.node.get', { nodeId }));
  const parsed = parsePolicyValue(snapshot['file']);
  if (parsed.kind === 'invalid') throw denied(intention, 'exec approvals unavailable');
  const file = effectiveSettings(parsed.file, {
    agentId: request.params.agentId,
    base: { security: request.security, ask: request.ask },
  });
  const security = later<Security>(ORDER.security, request.security, file.security);
  const ask = later<Ask>(ORDER.ask, request.ask, file.ask);
  if (security === 'deny') throw denied(intention, 'exec denied: host=node security=deny');
  if (ask === 'off') return {};
  return approvalFields(await askApproval({ ...asking, security, ask }), file.askFallback, intention);
}

/** Asks and turns the answer into run parameters, or says why nobody answered. */
export async function approveByPerson(
  asking: Asking,
): Promise<{ kind: 'allowed'; fields: ApprovalFields } | { kind: 'unanswered'; why: string }> {
  const answer = await askApproval(asking);
  if (answer.kind === 'unanswered') return answer;
  return { kind: 'allowed', fields: { approved: true, approvalDecision: answer.decision } };
}

function approvalFields(answer: ApprovalAnswer, askFallback: Security, intention: string): ApprovalFields {
  if (answer.kind === 'allowed') return { approved: true, approvalDecision: answer.decision };
  switch (askFallback) {
    case 'full':
      return { approved: true, approvalDecision: 'allow-once' };
    case 'allowlist':
      return {};
    case 'deny':
      throw denied(intention, 'exec denied: approval required (approval UI not available)');
  }
}

function denied(intention: string, why: string): OpsError {
  return new OpsError('gateway/refused', `cannot ${intention}: ${why}`);
}
