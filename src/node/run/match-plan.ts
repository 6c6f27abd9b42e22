import { checkEnvironment } from '../../approvals/index.ts';
import { commandText, type SystemRunParams } from '../../protocol/index.ts';
import { runOfPlan } from './prepare-run.ts';
import type { PreparedPlans } from './prepared-plans.ts';

export type PlanMatch =
  /** `params`: what the plan stands for, with the binding it has to keep. */
  | { kind: 'fits'; params: SystemRunParams }
  | { kind: 'malformed'; message: string }
  | { kind: 'denied'; message: string };

/**
 * An approved run has to be the one that was prepared (protocol-now §9.2): same words, directory and labels as its plan,
 * and the plan one that this process made. Without a plan nothing is to be compared; `needsPlan` says that the gateway
 * is one of protocol 4, which sends none only with a claim of its own making.
 */
export function matchPlan(
  params: SystemRunParams,
  { plans, needsPlan, nowMs }: { plans: PreparedPlans; needsPlan: boolean; nowMs: number },
): PlanMatch {
  const { systemRunPlan: plan, approved, approvalDecision, approvalBinding } = params;
  const isApproved = approved === true || approvalDecision != null;
  if (plan == null) {
    if (isApproved && needsPlan && approvalBinding == null) return NO_PLAN;
    return { kind: 'fits', params };
  }
  const { rawCommand, env } = params;
  const planned = runOfPlan(plan, env);
  const isSame =
    JSON.stringify(params.command) === JSON.stringify(planned.command) &&
    (params.cwd ?? null) === plan.cwd &&
    (params.agentId ?? null) === plan.agentId &&
    (params.sessionKey ?? null) === plan.sessionKey &&
    (rawCommand == null || rawCommand === commandText(plan.argv));
  if (!isSame) return NO_PLAN;
  if (plan.policySnapshot === undefined)
    return { kind: 'malformed', message: 'delayed approval requires a prepared policy snapshot' };
  // Gateways of protocol 4 show their people a digest of the environment, which nobody can read.
  if (approvalBinding == null && env != null && checkEnvironment(env).kind !== 'clean')
    return { kind: 'denied', message: 'whoever approved was not shown the variables of the request' };
  const binding = plans.bindingOf(plan, nowMs);
  if (binding === undefined)
    return { kind: 'denied', message: 'this node does not know the plan (any more); prepare and ask again' };
  if (approvalBinding != null && approvalBinding !== binding)
    return { kind: 'denied', message: 'something changed between the plan and the question; ask again' };
  const { rawCommand: _text, ...rest } = params;
  return { kind: 'fits', params: { ...rest, approvalBinding: binding } };
}

const NO_PLAN: PlanMatch = {
  kind: 'malformed',
  message: 'explicit approval requires matching systemRunPlan',
};
