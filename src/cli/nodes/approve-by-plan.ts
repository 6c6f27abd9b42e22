import { randomUUID } from 'node:crypto';
import { visibleText } from '../../approvals/index.ts';
import { commandText, preparedRunSchema, type SystemRunPlan } from '../../protocol/index.ts';
import { OpsError } from '../../state/index.ts';
import type { Gateway } from '../connection/gateway.ts';
import { refusalError } from '../connection/open-gateway.ts';
import { textIn } from '../connection/payload.ts';
import type { ApprovalFields } from './approve-run.ts';
import type { Asking } from './ask-approval.ts';

const PREPARE_WITHIN_MS = 15_000;
const ROOM_MS = 5_000;

/** A gateway of protocol 4 that is not ours: there an approval is bound to a plan of the node (protocol-now §10.2). */
export function bindsToPlans(gateway: Gateway): boolean {
  return gateway.hello.protocol === 4 && gateway.offers('methods', 'exec.approval.waitDecision');
}

/**
 * Lets the node plan the run, puts the plan before a person and waits.
 * @throws `gateway/refused` when the node cannot plan it, or a person says no
 */
export async function approveByPlan(
  asking: Asking,
): Promise<{ kind: 'allowed'; fields: ApprovalFields } | { kind: 'unanswered'; why: string }> {
  const { cli, gateway, request, nodeId, security, ask, intention } = asking;
  const plan = await prepare(asking);
  const id = randomUUID();
  cli.out.note(`waiting for approval on ${request.node}: ${visibleText(commandText(plan.argv))}`);
  if (plan.cwd !== null) cli.out.note(`  in the directory ${visibleText(plan.cwd)}`);
  cli.out.note(`  a person allows it with: openclaw approvals resolve ${id} allow-once`);
  const { approvalTimeoutMs, params, waitForPerson } = request;
  const asked = await gateway.tryCall('exec.approval.request', {
    id,
    host: 'node',
    nodeId,
    systemRunPlan: plan,
    ...(params.env === undefined ? {} : { env: params.env }),
    agentId: plan.agentId,
    sessionKey: plan.sessionKey,
    security,
    ask,
    timeoutMs: approvalTimeoutMs,
    twoPhase: true,
    requireDeliveryRoute: !waitForPerson,
  });
  if (asked.kind === 'refused') throw refusalError(intention, 'exec.approval.request', asked);
  const answer = await gateway.tryCall(
    'exec.approval.waitDecision',
    { id },
    { timeoutMs: approvalTimeoutMs + ROOM_MS },
  );
  if (answer.kind === 'refused') throw refusalError(intention, 'exec.approval.waitDecision', answer);
  const decision = textIn(answer.payload, 'decision');
  if (decision === 'deny')
    throw new OpsError('gateway/refused', `cannot ${intention}: exec denied: user denied`);
  if (decision !== 'allow-once' && decision !== 'allow-always') {
    const reason = textIn(answer.payload, 'terminalReason') || 'no decision';
    return { kind: 'unanswered', why: `nobody answered (${reason})` };
  }
  return { kind: 'allowed', fields: plannedFields(plan, id, decision) };
}

async function prepare({ gateway, request, nodeId, intention }: Asking): Promise<SystemRunPlan> {
  const { command, rawCommand, cwd, env, agentId } = request.params;
  const outcome = await gateway.tryCall(
    'node.invoke',
    {
      nodeId,
      command: 'system.run.prepare',
      params: {
        command,
        agentId,
        ...(rawCommand === undefined ? {} : { rawCommand }),
        ...(cwd === undefined ? {} : { cwd }),
        ...(env === undefined ? {} : { env }),
      },
      timeoutMs: PREPARE_WITHIN_MS,
      idempotencyKey: randomUUID(),
    },
    { timeoutMs: PREPARE_WITHIN_MS + ROOM_MS },
  );
  if (outcome.kind === 'refused') throw refusalError(intention, 'system.run.prepare', outcome);
  const parsed = preparedRunSchema.safeParse(Object(outcome.payload).payload);
  if (!parsed.success)
    throw new OpsError('gateway/refused', `cannot ${intention}: the plan of the node cannot be read`);
  return parsed.data.plan;
}

function plannedFields(
  plan: SystemRunPlan,
  id: string,
  approvalDecision: 'allow-once' | 'allow-always',
): ApprovalFields {
  return {
    approved: true,
    approvalDecision,
    runId: id,
    command: plan.argv,
    rawCommand: commandText(plan.argv),
    ...(plan.cwd === null ? {} : { cwd: plan.cwd }),
    agentId: plan.agentId,
    sessionKey: plan.sessionKey,
    systemRunPlan: plan,
  };
}
