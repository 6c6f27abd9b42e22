import {
  commandText,
  invalidRequest,
  type SystemRunParams,
  type SystemRunPlan,
  systemRunParamsSchema,
} from '../../protocol/index.ts';
import type { GatewayCore } from '../core.ts';
import { approvalRequester } from '../nodes/requester.ts';
import type { ReadyConnection } from '../session/connections.ts';
import type { UsedApproval } from './approval-question.ts';
import { askAboutVariables } from './ask-variables.ts';
import { canExplain } from './explain-on-node.ts';
import { forwardedDecision, refuseUncheckable } from './forwarded-answer.ts';
import { canPrepare, prepareOnNode } from './prepare-on-node.ts';
import { wantedRun } from './run-binding.ts';

/** Keys by which a caller could claim that somebody approved. Only the gateway sets them. */
const CLAIMS = [
  'approved',
  'approvalDecision',
  'approvalSource',
  'approvalBinding',
  'approvalUnanswered',
  'systemRunPlan',
] as const;

export type SettledRun = { params: unknown; approval?: UsedApproval };

/**
 * The parameters to send to the node: whatever approval the caller claims is taken out; it is put back only when the
 * gateway holds an unused answer to this very question of this very requester (the reference believes the caller).
 * A planned run becomes what its plan says; a run approved without a plan gets one where the node wants it.
 * @throws {RequestError} a planned run whose approval does not fit, or a node that cannot plan
 */
export async function settleRunApproval(
  core: GatewayCore,
  connection: ReadyConnection,
  run: { nodeId: string; command: string; params: unknown; timeoutMs?: number | undefined },
): Promise<SettledRun> {
  const { params, nodeId } = run;
  if (typeof params !== 'object' || params === null || Array.isArray(params)) return { params };
  const claimless: Record<string, unknown> = Object.fromEntries(
    Object.entries(params).filter(([key]) => !CLAIMS.some((claim) => claim === key)),
  );
  const without = { params: claimless };
  const saysApproved = 'approved' in params && params.approved === true;
  const saysUnanswered = 'approvalUnanswered' in params && params.approvalUnanswered === true;
  if (run.command !== 'system.run' || (!saysApproved && !saysUnanswered)) return without;
  const parsed = systemRunParamsSchema.safeParse(claimless);
  if (!parsed.success) return without;
  const wanted = parsed.data;
  const approval = saysApproved
    ? (useAnswer(core, connection, { nodeId, wanted }) ??
      (await askAboutVariables(core, connection, { nodeId, wanted, timeoutMs: run.timeoutMs })))
    : core.desk.consumeUnanswered(approvalRequester(connection), wantedRun(nodeId, wanted));
  if (approval === undefined) return without;
  refuseUncheckable(core, nodeId, approval);
  const plan = approval.plan ?? (await planFor(core, nodeId, { approval, wanted }));
  const { nodeBinding } = approval;
  const statement =
    approval.kind === 'answered'
      ? { approved: true, approvalDecision: await forwardedDecision(core, { ...approval, nodeId }, wanted) }
      : { approvalUnanswered: true };
  return {
    params: {
      ...(plan === undefined ? claimless : plannedParams(core, nodeId, { plan, claimless })),
      ...statement,
      ...(nodeBinding === undefined ? {} : { approvalBinding: nodeBinding }),
    },
    approval,
  };
}

/** By the id of the question when it has a plan, else by what the run says. @throws {RequestError} */
function useAnswer(
  core: GatewayCore,
  connection: ReadyConnection,
  { nodeId, wanted }: { nodeId: string; wanted: SystemRunParams },
): UsedApproval | undefined {
  const requester = approvalRequester(connection);
  const runId = wanted.runId?.trim();
  const planned = runId
    ? core.desk.consumePlanned(runId, { requester, nodeId, env: wanted.env ?? {} })
    : undefined;
  if (planned?.kind === 'used') return planned.approval;
  if (planned?.kind === 'refused') {
    throw invalidRequest(GUARD_TEXTS[planned.code], { code: planned.code, runId });
  }
  return core.desk.consume(requester, wantedRun(nodeId, wanted));
}

const GUARD_TEXTS = {
  APPROVAL_REQUIRED: 'approval required',
  APPROVAL_EXPIRED: 'the approval has expired; ask again',
  APPROVAL_NODE_MISMATCH: 'the approval is for another node',
  APPROVAL_CLIENT_MISMATCH: 'the approval was asked for by somebody else',
  APPROVAL_REQUEST_MISMATCH: 'the approval is for another environment',
} as const;

/** A node that said what it bound the question to needs no plan; one of protocol 4 takes no approved run without. */
async function planFor(
  core: GatewayCore,
  nodeId: string,
  { approval, wanted }: { approval: UsedApproval; wanted: SystemRunParams },
): Promise<SystemRunPlan | undefined> {
  if (approval.kind !== 'answered' || approval.nodeBinding !== undefined || !canPrepare(core, nodeId))
    return undefined;
  return prepareOnNode(core, nodeId, wanted);
}

/** The run as planned (protocol-now §10.3). What the plan leaves open is left open, whatever the caller sends along. */
function plannedParams(
  core: GatewayCore,
  nodeId: string,
  { plan, claimless }: { plan: SystemRunPlan; claimless: Record<string, unknown> },
): object {
  const { argv, cwd, agentId, sessionKey } = plan;
  const { cwd: _cwd, agentId: _agentId, sessionKey: _sessionKey, ...rest } = claimless;
  return {
    ...rest,
    command: argv,
    // Ours reads a text as a claim about the words and needs none; the published node compares it with its plan.
    rawCommand: canExplain(core, nodeId) ? null : commandText(argv),
    ...(cwd === null ? {} : { cwd }),
    ...(agentId === null ? {} : { agentId }),
    ...(sessionKey === null ? {} : { sessionKey }),
    ...(canPrepare(core, nodeId) ? { systemRunPlan: plan } : {}),
  };
}
