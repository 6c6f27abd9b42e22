import {
  type ApprovalRequested,
  type MethodParams,
  RESTART_EXPECTED_MS,
  RequestError,
} from '../../protocol/index.ts';
import type { GatewayCore } from '../core.ts';
import { approvalRequester } from '../nodes/requester.ts';
import type { ReadyConnection } from '../session/connections.ts';
import type { ApprovalAnswer } from './approval-question.ts';
import { askedParams, auditExec, bounded, shownRun } from './exec-audit.ts';
import { canExplain, explainToAsker, type NodeExplanation } from './explain-on-node.ts';
import { canPrepare, prepareOnNode } from './prepare-on-node.ts';
import { envHash, type ReadQuestion, readQuestion } from './read-question.ts';
import { textForPeople } from './text-for-people.ts';

type AskParams = MethodParams<'exec.approval.request'>;

/** A question that is open now: who could see it, and what becomes of it. */
export type OpenQuestion = { event: ApprovalRequested; isSeen: boolean; decided: Promise<ApprovalAnswer> };

/**
 * `exec.approval.request`: shows a run to people. When the requester says exactly what would run and where, the node is
 * heard first: it tells which files that means (the answer is bound to them), and nobody is asked about something it
 * refuses anyway. A published node of protocol 4 plans the run instead; the answer is bound to that plan.
 */
export async function askPeople(
  core: GatewayCore,
  connection: ReadyConnection,
  params: AskParams,
): Promise<OpenQuestion> {
  if (core.isDraining) throw new RequestError(STOPPING);
  const asked = readQuestion(params);
  const { nodeId } = asked;
  const heard = await hearNode(core, asked);
  const { explained, plan } = heard;
  const text = await textForPeople(asked, plan);
  const written = await shownRun({ ...asked, words: asked.argv ?? asked.command });
  const {
    event: opened,
    question,
    answer,
  } = await core.desk.ask({
    id: params.id,
    requester: approvalRequester(connection),
    run: asked,
    shown: await shownToPeople(params, asked, heard, text),
    nodeBinding: explained?.binding,
    plan,
    timeoutMs: params.timeoutMs,
    nowMs: core.now(),
  });
  // Clients of protocol 3 never meet a planned question, and read the form they know.
  const event = plan === undefined ? opened : { approvalKind: 'exec', ...opened };
  const { id } = event;
  const why = explained === undefined ? {} : { code: explained.code, reason: explained.reason };
  auditExec(core, 'exec.ask', { connection, nodeId, detail: { approval: id, ...written, ...why } });
  core.connections.broadcast('exec.approval.requested', event, { whenSlow: 'skip' });
  const isSeen = core.connections.hasAudience('exec.approval.requested', connection.id);
  if (params.requireDeliveryRoute === true && !isSeen) core.desk.withdraw(id, 'no-route');
  const decided = answer.then((given) => {
    if (given.terminalReason !== undefined) {
      const detail = { approval: id, why: given.terminalReason };
      auditExec(core, 'exec.unanswered', { connection: undefined, nodeId: question.run.nodeId, detail });
    }
    return given;
  });
  return { event, isSeen, decided };
}

const STOPPING = {
  code: 'UNAVAILABLE',
  message: 'gateway is stopping',
  retryable: true,
  retryAfterMs: RESTART_EXPECTED_MS,
} as const;

type Heard = { explained?: NodeExplanation; plan?: ReadQuestion['plan'] };

async function hearNode(core: GatewayCore, asked: ReadQuestion): Promise<Heard> {
  const { nodeId, plan } = asked;
  const run = askedParams({ ...asked, commandArgv: asked.argv });
  if (nodeId === undefined || run === undefined) return {};
  if (canExplain(core, nodeId)) return { explained: await explainToAsker(core, nodeId, run), plan };
  if (plan !== undefined || !canPrepare(core, nodeId)) return { plan };
  return { plan: await prepareOnNode(core, nodeId, run) };
}

/** The form the reference has for it. Every text of the requester is made visible: most approvers show it as it comes. */
async function shownToPeople(
  params: AskParams,
  asked: ReadQuestion,
  heard: Heard,
  text: string,
): Promise<ApprovalRequested['request']> {
  const { visibleText } = await import('../../approvals/index.ts');
  const shown = (words: string | null | undefined) => (words == null ? null : bounded(visibleText(words)));
  const { explained, plan } = heard;
  const { nodeId, argv, env } = asked;
  const names = Object.keys(env ?? {}).sort();
  return {
    command: text,
    cwd: shown(asked.cwd),
    host: shown(params.host),
    security: shown(params.security),
    ask: shown(params.ask),
    agentId: shown(asked.agentId),
    resolvedPath: shown(programFound(heard) ?? (nodeId === undefined ? params.resolvedPath : null)),
    sessionKey: shown(asked.sessionKey),
    ...(nodeId === undefined ? {} : { nodeId }),
    ...(argv === undefined || asked.plan !== undefined ? {} : { commandArgv: argv }),
    ...(env == null ? {} : { env }),
    ...(names.length === 0 ? {} : { envKeys: names.map(visibleText) }),
    ...(explained === undefined ? {} : { why: bounded(visibleText(explained.reason)) }),
    ...(plan === undefined
      ? {}
      : { ...plannedFields(asked, plan, text), warningText: shown(params.warningText) }),
  };
}

/** The program as its node found it; what the requester believes about a node counts for nothing. */
function programFound({ explained, plan }: Heard): string | undefined {
  const found = explained?.programs.find(({ path }) => path !== undefined)?.path;
  return found ?? plan?.argv.find((word, at) => at === 0 && word.startsWith('/'));
}

/** What approvers of protocol 4 show of a planned run (protocol-now §10.2). */
function plannedFields(
  { env }: ReadQuestion,
  plan: NonNullable<ReadQuestion['plan']>,
  text: string,
): Pick<ApprovalRequested['request'], 'systemRunBinding' | 'systemRunPlan' | 'allowedDecisions'> {
  const { argv, cwd, agentId, sessionKey } = plan;
  return {
    systemRunBinding: { argv, cwd, agentId, sessionKey, envHash: envHash(env) },
    // A preview, the text inside `sh -c`, is shown in place of the text by some, and says less.
    systemRunPlan: { ...plan, commandText: text, commandPreview: null },
    allowedDecisions: ['allow-once', 'allow-always', 'deny'],
  };
}
