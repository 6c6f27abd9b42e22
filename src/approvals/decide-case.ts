import * as z from 'zod/mini';
import { alwaysEntries } from './always.ts';
import {
  type ApprovalRecord,
  answerApproval,
  approvalBinding,
  openApproval,
  takeApproval,
} from './approval-record.ts';
import { casePolicy } from './case-policy.ts';
import { type DecisionFacts, decide, decideUnattended } from './decide.ts';
import type { ExecDecision } from './decision.ts';
import type { EffectiveSettings } from './effective-settings.ts';
import { parseExecRequest } from './exec-request.ts';
import type { StartPlan } from './plan.ts';
import { policyHash } from './policy-text.ts';

const caseSchema = z.looseObject({
  id: z.optional(z.string()),
  policy: z.optional(z.unknown()),
  policyAtRun: z.optional(z.unknown()),
  request: z.unknown(),
  prior: z.optional(
    z.array(
      z.looseObject({
        id: z.string(),
        request: z.unknown(),
        decision: z.optional(z.unknown()),
        state: z.optional(z.string()),
      }),
    ),
  ),
});

/** One case in the format of exec-corpus.md. */
export type DecisionCase = z.infer<typeof caseSchema>;

/** Reads a case; undefined when it has not the shape of one. */
export function parseCase(value: unknown): DecisionCase | undefined {
  const parsed = caseSchema.safeParse(value);
  return parsed.success ? parsed.data : undefined;
}

export type CaseFacts = DecisionFacts & {
  /** Makes what changes between the decision and the start happen; absent when nothing does. */
  between?: (() => void) | undefined;
  /** Compares a plan with what is there at the start. */
  verify: (plan: StartPlan) => { kind: 'same' } | { kind: 'changed'; reason: string };
};

const LIFE = 'this process';
const NOW_MS = 1_000_000;
const TTL_MS = 60_000;

/**
 * What happens to the request of a case: earlier approvals are replayed, the request is decided on, an approval is
 * used if one fits, and what would be started is compared once more. The same functions as node and gateway use.
 */
export function decideCase(given: DecisionCase, facts: CaseFacts): ExecDecision {
  const settings = casePolicy(given.policy);
  const hash = policyHash(JSON.stringify(given.policy ?? null));
  const past = replayPrior(given, { settings, hash, facts });
  const request = parseExecRequest(given.request, facts.host.shell);
  const bind = (decision: ExecDecision): string =>
    request.kind === 'malformed'
      ? ''
      : approvalBinding({
          request: withoutApproval(request.request),
          nodeId: request.request.nodeId,
          policyHash: hash,
          plan: decision.plan,
        });
  const agent = request.kind === 'request' ? (request.request.agentId ?? 'main') : 'main';
  const asked = decide(given.request, withStored(settings, past.stored.get(agent) ?? []), facts);
  const unattended = isUnreachable(given.policy) ? decideUnattended(asked, settings) : asked;
  const approvalId = request.kind === 'request' ? request.request.approvalId : undefined;
  // With a change in between, the earlier approval of this very request is what is about to be started.
  const record =
    approvalId !== undefined
      ? past.records.get(approvalId)
      : facts.between === undefined
        ? undefined
        : [...past.records.values()].find(({ binding }) => binding === bind(asked));
  const decided =
    approvalId === undefined && record === undefined ? unattended : useApproval(asked, record, bind);
  if (decided.decision !== 'allow' || decided.plan === undefined) return decided;

  facts.between?.();
  if (given.policyAtRun !== undefined) {
    const again = decide(given.request, casePolicy(given.policyAtRun), facts);
    if (again.decision !== 'allow')
      return { ...again, decision: 'deny', reason: `the policy changed: ${again.reason}` };
  }
  const verified = facts.verify(decided.plan);
  if (verified.kind === 'same') return decided;
  return { ...decided, decision: 'deny', code: 'approval-invalid', reason: verified.reason };
}

/** An approval turns "ask" into "allow" when it fits in every byte; one that does not fit denies. Others need none. */
function useApproval(
  asked: ExecDecision,
  record: ApprovalRecord | undefined,
  bind: (decision: ExecDecision) => string,
): ExecDecision {
  if (asked.decision !== 'ask') return asked;
  const taken = takeApproval(record, { binding: bind(asked), life: LIFE, nowMs: NOW_MS });
  if (taken.kind === 'refused') {
    return { ...asked, decision: 'deny', code: 'approval-invalid', reason: taken.reason };
  }
  return { ...asked, decision: 'allow', code: 'approved', reason: 'a person approved exactly this' };
}

function replayPrior(
  { prior = [] }: DecisionCase,
  { settings, hash, facts }: { settings: EffectiveSettings; hash: string; facts: CaseFacts },
): { records: Map<string, ApprovalRecord>; stored: Map<string, EffectiveSettings['rules']> } {
  const records = new Map<string, ApprovalRecord>();
  const stored = new Map<string, EffectiveSettings['rules']>();
  for (const { id, request: input, decision: answer, state } of prior) {
    const request = parseExecRequest(input, facts.host.shell);
    if (request.kind === 'malformed') continue;
    const decision = decide(input, settings, facts);
    const binding = approvalBinding({
      request: withoutApproval(request.request),
      nodeId: request.request.nodeId,
      policyHash: hash,
      plan: decision.plan,
    });
    const nowMs = state === 'expired' ? NOW_MS - 2 * TTL_MS : NOW_MS - 1_000;
    const life = state === 'host-restarted' ? 'an earlier process' : LIFE;
    let record = records.get(id) ?? openApproval(binding, { id, life, nowMs, ttlMs: TTL_MS });
    if (state !== 'pending') {
      const answered = answerApproval(record, { answer, by: 'case', nowMs });
      if (answered.kind === 'recorded') record = answered.record;
    }
    if (state === 'used') {
      const taken = takeApproval(record, { binding, life, nowMs });
      if (taken.kind === 'allowed') record = taken.record;
    }
    records.set(id, record);
    if (record.state === 'answered' && record.answer === 'allow-always' && life === LIFE) {
      const agent = request.request.agentId ?? 'main';
      const rules = alwaysEntries(decision).entries.map((entry) => ({ ...entry, scope: 'always' }));
      stored.set(agent, [...(stored.get(agent) ?? []), ...rules]);
    }
  }
  return { records, stored };
}

function withStored(settings: EffectiveSettings, stored: EffectiveSettings['rules']): EffectiveSettings {
  return stored.length === 0 ? settings : { ...settings, rules: [...settings.rules, ...stored] };
}

function withoutApproval<T extends { approvalId?: string }>(request: T): Omit<T, 'approvalId'> {
  const { approvalId: _id, ...rest } = request;
  return rest;
}

function isUnreachable(policy: unknown): boolean {
  return (
    typeof policy === 'object' && policy !== null && 'operator' in policy && policy.operator === 'unreachable'
  );
}
