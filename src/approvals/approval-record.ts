import { createHash } from 'node:crypto';
import { assertNever } from '../state/index.ts';
import type { ExecRequest } from './exec-request.ts';
import type { StartPlan } from './plan.ts';

/** The words a person may answer with. */
export type ApprovalAnswer = 'allow-once' | 'allow-always' | 'deny';

/**
 * One question to a person and what became of it. Values only; whoever keeps it decides where.
 * `life` names the process that asked: after a restart no old answer counts.
 */
export type ApprovalRecord = {
  id: string;
  /** Digest of everything the answer is about; see {@link approvalBinding}. */
  binding: string;
  life: string;
  createdAtMs: number;
  expiresAtMs: number;
} & (
  | { state: 'pending' }
  | { state: 'answered'; answer: ApprovalAnswer; answeredBy: string; answeredAtMs: number }
  | { state: 'used'; answer: 'allow-once' | 'allow-always'; answeredBy: string; usedAtMs: number }
);

/** What an approval is bound to. A missing `plan` binds the text alone, for a gateway that cannot see the files. */
export type BoundRequest = {
  request: ExecRequest;
  nodeId: string | undefined;
  policyHash: string;
  plan: StartPlan | undefined;
};

/**
 * Hex SHA-256 of the exact vector, text, directory, environment, machine, agent, session, policy and files.
 * One different byte anywhere is another request.
 */
export function approvalBinding({ request, nodeId, policyHash, plan }: BoundRequest): string {
  const env = Object.entries(request.env).sort(([one], [other]) => (one < other ? -1 : 1));
  const parts = [
    request.command,
    request.rawCommand ?? null,
    request.cwd ?? null,
    env,
    request.agentId ?? null,
    request.sessionKey ?? null,
    nodeId ?? null,
    policyHash,
    plan === undefined ? null : [plan.executable, plan.argv, plan.cwd, plan.environment, plan.files],
  ];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

/** A new question. `ttlMs` should be short: the longer it waits, the less the person remembers. */
export function openApproval(
  binding: string,
  { id, life, nowMs, ttlMs }: { id: string; life: string; nowMs: number; ttlMs: number },
): ApprovalRecord {
  return { id, binding, life, createdAtMs: nowMs, expiresAtMs: nowMs + ttlMs, state: 'pending' };
}

export type AnswerOutcome =
  | { kind: 'recorded'; record: ApprovalRecord }
  /** The same answer again: nothing changes, nobody is blamed. */
  | { kind: 'repeated'; record: ApprovalRecord }
  | { kind: 'refused'; reason: string };

/** Records an answer. The first one counts; another one later is refused, also when it only comes too late. */
export function answerApproval(
  record: ApprovalRecord,
  { answer, by, nowMs }: { answer: unknown; by: string; nowMs: number },
): AnswerOutcome {
  if (!isAnswer(answer)) return { kind: 'refused', reason: 'this answer is not known' };
  switch (record.state) {
    case 'pending':
      if (nowMs >= record.expiresAtMs) return { kind: 'refused', reason: 'the question has expired' };
      return {
        kind: 'recorded',
        record: { ...record, state: 'answered', answer, answeredBy: by, answeredAtMs: nowMs },
      };
    case 'answered':
    case 'used':
      if (record.answer === answer) return { kind: 'repeated', record };
      return { kind: 'refused', reason: `the question was answered with ${record.answer} already` };
    default:
      return assertNever(record);
  }
}

export type TakeOutcome =
  | { kind: 'allowed'; record: ApprovalRecord & { state: 'used' } }
  | { kind: 'refused'; reason: string };

/** Uses an approval for a run, once. Whatever is not exactly right refuses. */
export function takeApproval(
  record: ApprovalRecord | undefined,
  { binding, life, nowMs }: { binding: string; life: string; nowMs: number },
): TakeOutcome {
  if (record === undefined) return refused('there is no such approval');
  if (record.life !== life) return refused('the host was restarted since the approval');
  switch (record.state) {
    case 'pending':
      return refused('nobody has answered yet');
    case 'used':
      return refused('the approval was used already');
    case 'answered': {
      if (record.answer === 'deny') return refused('the request was denied');
      if (nowMs >= record.expiresAtMs) return refused('the approval has expired');
      if (record.binding !== binding) return refused('something else was approved than what would run now');
      const { id, createdAtMs, expiresAtMs, answer, answeredBy } = record;
      return {
        kind: 'allowed',
        record: {
          id,
          binding,
          life,
          createdAtMs,
          expiresAtMs,
          state: 'used',
          answer,
          answeredBy,
          usedAtMs: nowMs,
        },
      };
    }
    default:
      return assertNever(record);
  }
}

function isAnswer(word: unknown): word is ApprovalAnswer {
  return word === 'allow-once' || word === 'allow-always' || word === 'deny';
}

function refused(reason: string): TakeOutcome {
  return { kind: 'refused', reason };
}
