import { type ApprovalDecision, invalidRequest } from '../../protocol/index.ts';
import type { ApprovalAnswer } from '../approval/approval-question.ts';
import { approvalOnWire, displayRow } from '../approval/approval-rows.ts';
import { askPeople } from '../approval/ask-people.ts';
import { auditExec, namedCaller } from '../approval/exec-audit.ts';
import { type Call, callerName, type Methods } from './method.ts';

/** Questions to people: asked, shown, answered; in the words of protocol 3 and those of 4 (protocol-now §10). */
export const approvalMethods: Methods<
  | 'exec.approval.request'
  | 'exec.approval.resolve'
  | 'exec.approval.list'
  | 'exec.approval.get'
  | 'exec.approval.waitDecision'
  | 'approval.get'
  | 'approval.resolve'
  | 'approval.history'
  | 'plugin.approval.list'
  | 'openclaw.approval.list'
> = {
  'exec.approval.request': async ({ core, connection, respondFirst }, params) => {
    const { event, isSeen, decided } = await askPeople(core, connection, params);
    if (params.twoPhase === true) {
      const { id, createdAtMs, expiresAtMs } = event;
      const deliveryRoute = isSeen ? 'approval-client' : 'none';
      respondFirst({ status: 'accepted', id, deliveryRoute, createdAtMs, expiresAtMs });
    }
    return decided;
  },

  'exec.approval.resolve': (call, { id, decision }) => {
    const { kind } = answerQuestion(call, id, decision);
    return kind === 'repeated' ? { ok: true, repeated: true } : { ok: true };
  },

  'exec.approval.list': ({ core, connection }) =>
    connection.peer.protocol === 3
      ? core.desk.list()
      : core.desk.list().map((row) => ({ ...row, approvalKind: 'exec' })),

  'exec.approval.get': ({ core }, { id }) => displayRow(found(core.desk.find(id))),

  'exec.approval.waitDecision': async ({ core }, { id }) => {
    const answer: ApprovalAnswer = await found(core.desk.find(id)).answer;
    return { terminalReason: 'user', ...answer };
  },

  'approval.get': ({ core }, { id }) => ({ approval: approvalOnWire(found(core.desk.find(id))) }),

  'approval.resolve': (call, { id, kind, decision }) => {
    if (kind !== 'exec') throw invalidRequest(`unknown approval kind: ${kind}`);
    const before = found(call.core.desk.find(id));
    // The first answer wins; whoever comes later is shown it.
    const applied =
      before.record.state === 'pending' && answerQuestion(call, id, decision).kind === 'recorded';
    return { applied, approval: approvalOnWire(before) };
  },

  'approval.history': ({ core }) => ({ approvals: core.desk.history().map(approvalOnWire) }),

  'plugin.approval.list': () => [],
  'openclaw.approval.list': () => [],
};

function answerQuestion(
  { core, connection }: Call,
  id: string,
  decision: string,
): { kind: 'recorded' | 'repeated' } {
  if (!isDecision(decision)) throw invalidRequest('invalid decision');
  const outcome = core.desk.resolve(id, decision, namedCaller(connection));
  if (outcome.kind !== 'refused' || outcome.question !== undefined) {
    const action = outcome.kind === 'refused' ? 'exec.answer-refused' : 'exec.answer';
    const nodeId = outcome.question?.run.nodeId;
    const approval = outcome.question?.record.id ?? id;
    if (outcome.kind !== 'repeated')
      auditExec(core, action, { connection, nodeId, detail: { approval, answer: decision } });
  }
  if (outcome.kind === 'refused') throw invalidRequest(outcome.message);
  if (outcome.kind === 'recorded') {
    const { record, plan, shown } = outcome.question;
    const event = {
      id: record.id,
      decision,
      resolvedBy: callerName(connection),
      ts: core.now(),
      ...(plan === undefined ? {} : { request: shown }),
    };
    core.connections.broadcast('exec.approval.resolved', event, { whenSlow: 'skip' });
  }
  return { kind: outcome.kind };
}

function found<T>(question: T | undefined): T {
  if (question === undefined) throw invalidRequest('unknown approval id');
  return question;
}

function isDecision(decision: string): decision is ApprovalDecision {
  return decision === 'allow-once' || decision === 'allow-always' || decision === 'deny';
}
