import type { Question } from './approval-question.ts';

const DECISIONS = ['allow-once', 'allow-always', 'deny'] as const;

/** `exec.approval.get`: what one screen shows of a question. */
export function displayRow(question: Question): object {
  const { record, run, times } = question;
  return {
    id: record.id,
    ...presented(question),
    host: question.shown.host,
    ...(run.nodeId === undefined ? {} : { nodeId: run.nodeId }),
    agentId: run.agentId,
    expiresAtMs: times.expiresAtMs,
  };
}

/** `approval.get` and its kin: a question with what became of it (protocol-now §10.2). */
export function approvalOnWire(question: Question): object {
  const { record, run, shown, times } = question;
  return {
    id: record.id,
    status: statusOf(question),
    presentation: {
      kind: 'exec',
      ...presented(question),
      warningText: shown.warningText ?? null,
      host: shown.host,
      ...(run.nodeId === undefined ? {} : { nodeId: run.nodeId }),
      agentId: run.agentId,
    },
    urlPath: `/approve/${record.id}`,
    ...times,
    ...(record.state === 'pending'
      ? {}
      : { decision: record.answer, reason: 'user', resolver: resolverOf(question) }),
  };
}

/** The text is the one of the question, whole: clients of protocol 4 show nothing else of what would run. */
function presented({ shown }: Question): object {
  return { commandText: shown.command, commandPreview: null, allowedDecisions: DECISIONS };
}

function statusOf({ record, isOver }: Question): 'pending' | 'allowed' | 'denied' | 'expired' {
  if (record.state !== 'pending') return record.answer === 'deny' ? 'denied' : 'allowed';
  // Nobody answered, and its time is over or it was taken back.
  return isOver ? 'expired' : 'pending';
}

function resolverOf({ record }: Question): object | null {
  return record.state === 'pending' ? null : { kind: 'runtime', id: record.answeredBy };
}
