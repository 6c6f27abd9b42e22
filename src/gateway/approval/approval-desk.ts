import { randomUUID } from 'node:crypto';
import {
  APPROVAL_TIMEOUT_MS,
  type ApprovalDecision,
  type ApprovalRequested,
  invalidRequest,
} from '../../protocol/index.ts';
import { type ApprovalRecord, type ApprovedRun, recordAllows, type WantedRun } from './approval-record.ts';

export type ApprovalAnswer = {
  id: string;
  decision: ApprovalDecision | null;
  createdAtMs: number;
  expiresAtMs: number;
  /** Why there is no decision. */
  terminalReason?: 'timeout' | 'no-route';
};

export type ApprovalAsk = {
  id: string | undefined;
  requester: string;
  run: ApprovedRun;
  /** What approvers see, in the reference's form. */
  shown: ApprovalRequested['request'];
  timeoutMs: number | undefined;
  nowMs: number;
};

type Open = {
  record: ApprovalRecord;
  shown: ApprovalRequested['request'];
  settle: (answer: ApprovalAnswer) => void;
};

/** How long an answer may be used after it was given. The real CLI runs at once; a person may retry by hand. */
const USE_WITHIN_MS = 120_000;
/** Questions open at one time; more is a flood nobody can read. */
const MAX_OPEN = 200;
/** A day: longer questions than that only fill the list. */
const MAX_TIMEOUT_MS = 86_400_000;

/** Open questions, and answers not yet used. In memory only. */
export class ApprovalDesk {
  /** How long answers may be used is told by a clock nobody can set back. */
  readonly #monotonicMs: () => number;
  readonly #open = new Map<string, Open & { timer: NodeJS.Timeout }>();
  #answered: ApprovalRecord[] = [];

  constructor(monotonicMs: () => number = () => performance.now()) {
    this.#monotonicMs = monotonicMs;
  }

  /**
   * Opens a question. `answer` settles when a person decides or the time is over (`decision: null`).
   * @throws {RequestError} `approval id already pending`; too many open questions
   */
  ask({ id = randomUUID(), requester, run, shown, timeoutMs, nowMs }: ApprovalAsk): {
    event: ApprovalRequested;
    answer: Promise<ApprovalAnswer>;
  } {
    if (this.#open.has(id)) throw invalidRequest('approval id already pending');
    if (this.#open.size >= MAX_OPEN) throw invalidRequest('too many pending approvals');
    const lifeMs = Math.min(timeoutMs ?? APPROVAL_TIMEOUT_MS, MAX_TIMEOUT_MS);
    const times = { createdAtMs: nowMs, expiresAtMs: nowMs + lifeMs };
    const { promise, resolve } = Promise.withResolvers<ApprovalAnswer>();
    const timer = setTimeout(() => {
      this.#open.delete(id);
      resolve({ id, decision: null, ...times, terminalReason: 'timeout' });
    }, lifeMs);
    const record: ApprovalRecord = { id, requester, run, ...times, state: { kind: 'pending' } };
    this.#open.set(id, { record, shown, settle: resolve, timer });
    return { event: { id, request: shown, ...times }, answer: promise };
  }

  /**
   * A person's answer. The first one counts; the question is then closed, so a second, contradictory one finds nothing.
   * @returns false when no such question is open
   */
  resolve(id: string, decision: ApprovalDecision, by: string): boolean {
    const nowMs = this.#monotonicMs();
    const open = this.#open.get(id);
    if (open === undefined) return false;
    this.#open.delete(id);
    clearTimeout(open.timer);
    const { record } = open;
    record.state = { kind: 'answered', decision, by, usableUntilMs: nowMs + USE_WITHIN_MS };
    if (decision !== 'deny') {
      this.#answered = this.#answered.filter((other) => isUsable(other, nowMs));
      this.#answered.push(record);
    }
    open.settle({ id, decision, createdAtMs: record.createdAtMs, expiresAtMs: record.expiresAtMs });
    return true;
  }

  /** Closes a question nobody can answer. */
  withdraw(id: string): void {
    const open = this.#open.get(id);
    if (open === undefined) return;
    this.#open.delete(id);
    clearTimeout(open.timer);
    const { createdAtMs, expiresAtMs } = open.record;
    open.settle({ id, decision: null, createdAtMs, expiresAtMs, terminalReason: 'no-route' });
  }

  /** Uses up the answer that allows this run, if there is one. */
  consume(requester: string, wanted: WantedRun): { id: string; decision: ApprovalDecision } | undefined {
    const nowMs = this.#monotonicMs();
    const record = this.#answered.find((each) => recordAllows(each, requester, wanted, nowMs));
    if (record?.state.kind !== 'answered') return undefined;
    const { decision } = record.state;
    record.state = { kind: 'used' };
    this.#answered = this.#answered.filter((other) => isUsable(other, nowMs));
    return { id: record.id, decision };
  }

  /** Open questions, oldest first. */
  list(): ApprovalRequested[] {
    return [...this.#open.values()].map(({ record, shown }) => ({
      id: record.id,
      request: shown,
      createdAtMs: record.createdAtMs,
      expiresAtMs: record.expiresAtMs,
    }));
  }

  stop(): void {
    for (const id of [...this.#open.keys()]) this.withdraw(id);
  }
}

function isUsable(record: ApprovalRecord, nowMs: number): boolean {
  return record.state.kind === 'answered' && nowMs <= record.state.usableUntilMs;
}
