import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  type AlwaysEntries,
  alwaysEntries,
  decideUnattended,
  type ExecDecision,
  type HostFacts,
  type StartPlan,
} from '../../approvals/index.ts';
import type { SystemRunParams } from '../../protocol/index.ts';
import { bindingOf, decideRun, type PolicyContext } from './decide-run.ts';
import type { DeniedReason } from './exec-events.ts';

export type RunVerdict =
  /** `always`: what a person agreed to for good and the policy does not cover yet. */
  | { kind: 'run'; plan: StartPlan; always?: AlwaysEntries }
  /** Policy says no. `message` is the text peers rely on, where they do. */
  | { kind: 'denied'; reason: DeniedReason; message: string; detail: string }
  /** Nothing of that name could be started; the reference reports it as the result of a run. */
  | { kind: 'not-startable'; error: string; reason: string }
  | { kind: 'malformed'; message: string };

/**
 * The node's own decision on a run; the machine that executes has the last word (F-79). `approved` is the gateway's
 * statement that a person agreed to this run: it answers a question of the policy, it never lifts a prohibition. When
 * it says what exactly was agreed to (`approvalBinding`), files, policy and environment have to be the same still.
 */
export function judgeRun(
  params: SystemRunParams,
  context: PolicyContext,
): { verdict: RunVerdict; decision: ExecDecision } {
  const decided = decideRun(params, context);
  const { settings, decision } = decided;
  if (decision.decision === 'allow') return { verdict: startable(decision), decision };
  const mayBeApproved = decision.decision === 'ask' || decision.code === 'miss';
  if (!mayBeApproved || (!isApproved(params) && params.approvalUnanswered !== true)) {
    return { verdict: refuse(decision, params, context.host), decision };
  }
  const { approvalBinding } = params;
  // Only a gateway that gives the binding back has shown the variables to whoever approved; others show the text alone.
  if (decision.code === 'environment' && typeof approvalBinding !== 'string') {
    const unseen: ExecDecision = { ...decision, decision: 'deny', reason: `${decision.reason}, ${UNSEEN}` };
    return { verdict: refuse(unseen, params, context.host), decision: unseen };
  }
  if (typeof approvalBinding === 'string' && approvalBinding !== bindingOf(params, decided)) {
    const other: ExecDecision = { ...decision, decision: 'deny', code: 'approval-invalid', reason: CHANGED };
    return { verdict: refuse(other, params, context.host), decision: other };
  }
  if (!isApproved(params)) {
    const fallback = decideUnattended(decision, settings);
    const runs = fallback.decision === 'allow';
    return {
      verdict: runs ? startable(fallback) : refuse(fallback, params, context.host),
      decision: fallback,
    };
  }
  const verdict = startable(decision);
  // Variables are asked about every time, so nothing of such a run is stored.
  const forGood =
    params.approvalDecision === 'allow-always' &&
    settings.security === 'allowlist' &&
    decision.code !== 'environment';
  if (verdict.kind !== 'run' || !forGood) return { verdict, decision };
  return { verdict: { ...verdict, always: alwaysEntries(decision) }, decision };
}

const UNSEEN = 'and whoever approved was not shown that';
const CHANGED =
  'something else was approved than what would run now: a program, the policy or the environment changed';

function isApproved({ approved, approvalDecision }: SystemRunParams): boolean {
  return approved === true || approvalDecision === 'allow-once' || approvalDecision === 'allow-always';
}

function startable(decision: ExecDecision): RunVerdict {
  return decision.plan === undefined
    ? denied('approval-required', 'SYSTEM_RUN_DENIED: approval required', decision.reason)
    : { kind: 'run', plan: decision.plan };
}

function refuse(decision: ExecDecision, params: SystemRunParams, host: HostFacts): RunVerdict {
  const { code, reason } = decision;
  switch (code) {
    case 'security-deny':
      return denied('security=deny', 'SYSTEM_RUN_DISABLED: security=deny', reason);
    case 'policy-damaged':
      return denied('security=deny', `SYSTEM_RUN_DISABLED: security=deny (${reason})`, reason);
    case 'unsupported-platform':
      return denied('security=deny', `SYSTEM_RUN_DISABLED: ${reason}`, reason);
    case 'malformed':
      return { kind: 'malformed', message: reason };
    case 'not-found':
    case 'directory':
      return { kind: 'not-startable', error: spawnError(params, host), reason };
    case 'text-mismatch':
    case 'environment':
      if (decision.decision === 'ask')
        return denied('approval-required', 'SYSTEM_RUN_DENIED: approval required', reason);
      return denied('request-unacceptable', `SYSTEM_RUN_DENIED: ${reason}`, reason);
    case 'approval-invalid':
      return denied('request-unacceptable', `SYSTEM_RUN_DENIED: ${reason}`, reason);
    case 'miss':
      if (decision.decision === 'deny')
        return denied('allowlist-miss', 'SYSTEM_RUN_DENIED: allowlist miss', reason);
      return denied('approval-required', 'SYSTEM_RUN_DENIED: approval required', reason);
    default:
      return denied('approval-required', 'SYSTEM_RUN_DENIED: approval required', reason);
  }
}

function denied(reason: DeniedReason, message: string, detail: string): RunVerdict {
  return { kind: 'denied', reason, message, detail };
}

/** The text Node gives to a failed start; scripts look for the code in it. */
function spawnError({ command, cwd }: SystemRunParams, host: HostFacts): string {
  const name = command[0] ?? '';
  const directory = cwd ?? host.cwd;
  const isThere = name.includes('/') && existsSync(directory) && existsSync(resolve(directory, name));
  return `spawn ${name} ${isThere ? 'EACCES' : 'ENOENT'}`;
}
