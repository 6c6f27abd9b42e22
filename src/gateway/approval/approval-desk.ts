import { randomUUID } from 'node:crypto';
import {
  APPROVAL_TIMEOUT_MS,
  type ApprovalDecision,
  type ApprovalRequested,
  invalidRequest,
  type SystemRunPlan,
} from '../../protocol/index.ts';
import type {
  ApprovalAnswer,
  ApprovalAsk,
  GuardRefusal,
  Question,
  ResolveOutcome,
  TerminalReason,
  UsedApproval,
} from './approval-question.ts';
import { askedRequest, type WantedRun, wantedRequest } from './run-binding.ts';

type Open = { question: Question; settle: (answer: ApprovalAnswer) => void; timer: NodeJS.Timeout };

/** How long an answer may be used after it was given. The real CLI runs at once; a person may retry by hand. */
const USE_WITHIN_MS = 120_000;
/** A question that was shown for less did not have its chance; it is no reason for `askFallback`. */
const MIN_SHOWN_MS = 30_000;
/** Shorter beginnings of ids are not looked up: they would fit too much. */
const MIN_PREFIX = 6;
/** Questions open at one time; more is a flood nobody can read. */
const MAX_OPEN = 200;
/** A day: longer questions than that only fill the list. */
const MAX_TIMEOUT_MS = 86_400_000;
/** Ended questions remembered, so that a second answer can be told what the first one was. */
const MAX_ENDED = 1_000;

type Engine = typeof import('../../approvals/index.ts');

/** Open questions, and ended ones with their answers. In memory only: a restart forgets them, which denies. */
export class ApprovalDesk {
  /** How long answers may be used is told by a clock nobody can set back. */
  readonly #monotonicMs: () => number;
  readonly #life = randomUUID();
  readonly #open = new Map<string, Open>();
  /** In the order in which they ended. */
  readonly #ended = new Map<string, Question>();
  /** Loaded with the first question: most gateways start and stop without one. */
  #engine: Engine | undefined;

  constructor(monotonicMs: () => number = () => performance.now()) {
    this.#monotonicMs = monotonicMs;
  }

  /**
   * Opens a question. `answer` settles when a person decides or the time is over (`decision: null`).
   * @throws {RequestError} `approval id already pending`; too many open questions
   */
  async ask(asked: ApprovalAsk): Promise<{
    event: ApprovalRequested;
    question: Question;
    answer: Promise<ApprovalAnswer>;
  }> {
    this.#engine ??= await import('../../approvals/index.ts');
    const { id = randomUUID(), requester, run, shown, nodeBinding, plan, timeoutMs, nowMs } = asked;
    if (this.#isTaken(id)) throw invalidRequest('approval id already pending');
    if (this.#open.size >= MAX_OPEN) throw invalidRequest('too many pending approvals');
    const lifeMs = Math.min(timeoutMs ?? APPROVAL_TIMEOUT_MS, MAX_TIMEOUT_MS);
    const times = { createdAtMs: nowMs, expiresAtMs: nowMs + lifeMs };
    const record = this.#engine.openApproval(this.#engine.approvalBinding(askedRequest(run)), {
      id,
      life: this.#life,
      nowMs: this.#monotonicMs(),
      ttlMs: lifeMs,
    });
    const { promise, resolve } = Promise.withResolvers<ApprovalAnswer>();
    const question = {
      record,
      requester,
      run,
      shown,
      nodeBinding,
      plan,
      answer: promise,
      times,
      isOver: false,
    };
    const timer = setTimeout(() => this.withdraw(id, 'timeout'), lifeMs);
    this.#open.set(id, { question, settle: resolve, timer });
    return { event: { id, request: shown, ...times }, question, answer: promise };
  }

  /** An id that begins another one would catch the answers of people who write only its beginning. */
  #isTaken(id: string): boolean {
    const clashes = (other: string) =>
      other === id || other.startsWith(id) || (other.length >= MIN_PREFIX && id.startsWith(other));
    return [...this.#open.keys(), ...this.#ended.keys()].some(clashes);
  }

  /** A person's answer. The first one counts; the same again changes nothing, another one is refused. */
  resolve(wanted: string, decision: ApprovalDecision, by: string): ResolveOutcome {
    const question = this.find(wanted);
    if (question === undefined || this.#engine === undefined) {
      return { kind: 'refused', message: 'unknown approval id' };
    }
    const nowMs = this.#monotonicMs();
    const { record } = question;
    const { id } = record;
    const outcome = this.#engine.answerApproval(record, { answer: decision, by, nowMs });
    if (outcome.kind === 'repeated') return { kind: 'repeated', question };
    if (outcome.kind === 'refused') {
      const message =
        record.state === 'pending'
          ? 'approval expired: nobody answered in time'
          : `approval already answered: ${record.answer} by ${record.answeredBy}`;
      return { kind: 'refused', message, question };
    }
    // From here on its life is that of the answer.
    question.record = { ...outcome.record, expiresAtMs: nowMs + USE_WITHIN_MS };
    this.#end(id)?.settle({ id, decision, ...question.times });
    return { kind: 'recorded', question };
  }

  /** Ends a question nobody answered. */
  withdraw(id: string, terminalReason: TerminalReason): void {
    const ended = this.#end(id);
    if (ended === undefined) return;
    const { question } = ended;
    const nowMs = this.#monotonicMs();
    const { record } = question;
    const hadItsChance = terminalReason === 'timeout' && nowMs - record.createdAtMs >= MIN_SHOWN_MS;
    if (terminalReason === 'no-route' || hadItsChance) question.fallbackUntilMs = nowMs + USE_WITHIN_MS;
    question.record = { ...record, expiresAtMs: nowMs };
    ended.settle({ id, decision: null, ...question.times, terminalReason });
  }

  /** Uses up the answer that allows this run, if there is one. */
  consume(requester: string, wanted: WantedRun): UsedApproval | undefined {
    const nowMs = this.#monotonicMs();
    for (const { engine, question, binding } of this.#matching(requester, wanted)) {
      const taken = engine.takeApproval(question.record, { binding, life: this.#life, nowMs });
      if (taken.kind === 'refused') continue;
      question.record = taken.record;
      const { nodeBinding, plan } = question;
      const { id, answer, answeredBy } = taken.record;
      return { kind: 'answered', id, decision: answer, by: answeredBy, nodeBinding, plan };
    }
    return undefined;
  }

  /**
   * Uses up the answer to the question of this id, whose plan is what will run (protocol-now §10.3). Undefined when there
   * is no such question with a plan; then the run itself has to tell what was approved.
   */
  consumePlanned(
    id: string,
    wanted: { requester: string; nodeId: string; env: Readonly<Record<string, string>> },
  ): { kind: 'used'; approval: UsedApproval & { plan: SystemRunPlan } } | GuardRefusal | undefined {
    // The whole id: a beginning is for people who answer.
    const question = this.#open.get(id)?.question ?? this.#ended.get(id);
    if (question?.plan === undefined || this.#engine === undefined) return undefined;
    const { record, plan, nodeBinding, run } = question;
    if (question.requester !== wanted.requester) return { kind: 'refused', code: 'APPROVAL_CLIENT_MISMATCH' };
    if (run.nodeId !== wanted.nodeId) return { kind: 'refused', code: 'APPROVAL_NODE_MISMATCH' };
    const nowMs = this.#monotonicMs();
    // The plan itself runs, whatever the caller sends along; only what it does not hold has to be compared.
    const binding = this.#engine.approvalBinding(askedRequest({ ...run, env: wanted.env }));
    if (binding !== record.binding) return { kind: 'refused', code: 'APPROVAL_REQUEST_MISMATCH' };
    const taken = this.#engine.takeApproval(record, { binding, life: this.#life, nowMs });
    if (taken.kind === 'refused') {
      const isLate = record.state === 'answered' && record.answer !== 'deny' && nowMs >= record.expiresAtMs;
      return { kind: 'refused', code: isLate ? 'APPROVAL_EXPIRED' : 'APPROVAL_REQUIRED' };
    }
    question.record = taken.record;
    const { answer, answeredBy } = taken.record;
    const approval = { kind: 'answered', id, decision: answer, by: answeredBy, nodeBinding, plan } as const;
    return { kind: 'used', approval };
  }

  /** A question, open or ended; an unambiguous beginning of its id will do. */
  find(id: string): Question | undefined {
    const exact = this.#open.get(id)?.question ?? this.#ended.get(id);
    if (exact !== undefined || id.length < MIN_PREFIX) return exact;
    const open = [...this.#open].flatMap(([key, { question }]) => (key.startsWith(id) ? [question] : []));
    const ended = [...this.#ended].flatMap(([key, question]) => (key.startsWith(id) ? [question] : []));
    const [only, ...others] = [...open, ...ended];
    return others.length === 0 ? only : undefined;
  }

  /** Questions that ended, newest first. */
  history(): Question[] {
    return [...this.#ended.values()].reverse();
  }

  /** Uses up a question about this run that nobody answered, so that the node may go by its `askFallback`, once. */
  consumeUnanswered(requester: string, wanted: WantedRun): UsedApproval | undefined {
    const nowMs = this.#monotonicMs();
    for (const { question, binding } of this.#matching(requester, wanted)) {
      const { record, fallbackUntilMs = 0, nodeBinding } = question;
      if (record.state !== 'pending' || record.binding !== binding || nowMs >= fallbackUntilMs) continue;
      question.fallbackUntilMs = 0;
      return { kind: 'unanswered', id: record.id, nodeBinding, plan: question.plan };
    }
    return undefined;
  }

  /** Ended questions of this requester, with what this run would have to be bound to. */
  *#matching(
    requester: string,
    wanted: WantedRun,
  ): Generator<{ engine: Engine; question: Question; binding: string }> {
    const engine = this.#engine;
    if (engine === undefined) return;
    for (const question of this.#ended.values()) {
      const request = question.requester === requester ? wantedRequest(wanted, question.run) : undefined;
      if (request !== undefined) yield { engine, question, binding: engine.approvalBinding(request) };
    }
  }

  /** Open questions, oldest first. */
  list(): ApprovalRequested[] {
    return [...this.#open.values()].map(({ question: { record, shown, times } }) => ({
      id: record.id,
      request: shown,
      ...times,
    }));
  }

  /** Tells everybody who waits that no answer will come. */
  stop(): void {
    for (const id of [...this.#open.keys()]) this.withdraw(id, 'gateway-stopping');
  }

  #end(id: string): Open | undefined {
    const open = this.#open.get(id);
    if (open === undefined) return undefined;
    this.#open.delete(id);
    clearTimeout(open.timer);
    open.question.isOver = true;
    this.#ended.set(id, open.question);
    if (this.#ended.size > MAX_ENDED) this.#forgetOne();
    return open;
  }

  /** The oldest one whose answer can no longer be used; with none, the oldest: that run has to be asked for again. */
  #forgetOne(): void {
    const nowMs = this.#monotonicMs();
    const isUsable = ({ record }: Question) =>
      record.state === 'answered' && record.answer !== 'deny' && nowMs < record.expiresAtMs;
    const [oldest] = this.#ended.keys();
    const useless = [...this.#ended].find(([, question]) => !isUsable(question))?.[0] ?? oldest;
    if (useless !== undefined) this.#ended.delete(useless);
  }
}
