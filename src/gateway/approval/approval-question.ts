import type { ApprovalRecord } from '../../approvals/index.ts';
import type { ApprovalDecision, ApprovalRequested, SystemRunPlan } from '../../protocol/index.ts';
import type { AskedRun } from './run-binding.ts';

/** Why a question ended without a decision. */
export type TerminalReason = 'timeout' | 'no-route' | 'gateway-stopping';

export type ApprovalAnswer = {
  id: string;
  decision: ApprovalDecision | null;
  createdAtMs: number;
  expiresAtMs: number;
  /** Why there is no decision. */
  terminalReason?: TerminalReason;
};

export type ApprovalAsk = {
  id: string | undefined;
  requester: string;
  run: AskedRun;
  /** What approvers see, in the reference's form. */
  shown: ApprovalRequested['request'];
  /** The node's own digest of the run: its files, policy and environment. Given back to it with the answer. */
  nodeBinding?: string | undefined;
  /** What exactly would run, from the requester (protocol 4) or from the node. Runs as it is once approved. */
  plan?: SystemRunPlan | undefined;
  timeoutMs: number | undefined;
  nowMs: number;
};

export type ResolveOutcome =
  | { kind: 'recorded' | 'repeated'; question: Question }
  | { kind: 'refused'; message: string; question?: Question };

/** Why a planned run may not use an answer, as protocol 4 names it (protocol-now §10.3). */
export type GuardRefusal = {
  kind: 'refused';
  code:
    | 'APPROVAL_REQUIRED'
    | 'APPROVAL_EXPIRED'
    | 'APPROVAL_NODE_MISMATCH'
    | 'APPROVAL_CLIENT_MISMATCH'
    | 'APPROVAL_REQUEST_MISMATCH';
};

/** What was used up for a run: an answer, or the fact that nobody gave one. The node checks `nodeBinding` again. */
export type UsedApproval = {
  id: string;
  nodeBinding: string | undefined;
  plan?: SystemRunPlan | undefined;
} & ({ kind: 'answered'; decision: 'allow-once' | 'allow-always'; by: string } | { kind: 'unanswered' });

/** One question with its record. The state machine is the engine's; here is who waits and what people were shown. */
export type Question = {
  /** Times of the record are those of the monotonic clock. */
  record: ApprovalRecord;
  /** Device or connection that asked; only it may use the answer. */
  requester: string;
  run: AskedRun;
  shown: ApprovalRequested['request'];
  nodeBinding: string | undefined;
  plan: SystemRunPlan | undefined;
  /** Settles with the decision, for whoever else waits for it. */
  answer: Promise<ApprovalAnswer>;
  /** Wall-clock times, for people. */
  times: { createdAtMs: number; expiresAtMs: number };
  /** It ended, answered or not. */
  isOver: boolean;
  /** Until when the requester may go by the node's `askFallback`, on the monotonic clock. */
  fallbackUntilMs?: number;
};
