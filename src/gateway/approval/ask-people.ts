import {
  type ApprovalRequested,
  invalidRequest,
  type MethodParams,
  RESTART_EXPECTED_MS,
  RequestError,
} from '../../protocol/index.ts';
import type { GatewayCore } from '../core.ts';
import type { ReadyConnection } from '../session/connections.ts';
import type { ApprovalAnswer } from './approval-desk.ts';
import { askedParams, auditExec, shownRun } from './exec-audit.ts';
import { canExplain, explainOnNode, type NodeExplanation } from './explain-on-node.ts';
import { textTellsWords } from './run-binding.ts';
import { approvalRequester } from './settle-run-approval.ts';

type AskParams = MethodParams<'exec.approval.request'>;

/**
 * `exec.approval.request`: shows a run to people and waits for one of them. When the requester says exactly what would
 * run and where, the node is heard first: it tells which files that means (the answer is bound to them), and nobody is
 * asked about something it refuses anyway.
 */
export async function askPeople(
  core: GatewayCore,
  connection: ReadyConnection,
  params: AskParams,
): Promise<ApprovalAnswer> {
  if (core.isDraining) throw new RequestError(STOPPING);
  const { command, commandArgv } = params;
  if (commandArgv !== undefined && !textTellsWords(command, commandArgv)) {
    throw invalidRequest('command does not say what commandArgv would run');
  }
  const nodeId = params.nodeId?.trim() || undefined;
  const explained = await hearNode(core, nodeId, params);
  const written = await shownRun({ ...params, words: commandArgv ?? command });
  const { event, question, answer } = await core.desk.ask({
    id: params.id,
    requester: approvalRequester(connection),
    run: {
      command,
      cwd: params.cwd ?? null,
      agentId: params.agentId ?? null,
      nodeId,
      argv: commandArgv,
      env: params.env ?? undefined,
    },
    shown: shownToPeople(params, nodeId, explained),
    nodeBinding: explained?.binding,
    timeoutMs: params.timeoutMs,
    nowMs: core.now(),
  });
  const { id } = event;
  const why = explained === undefined ? {} : { code: explained.code, reason: explained.reason };
  auditExec(core, 'exec.ask', { connection, nodeId, detail: { approval: id, ...written, ...why } });
  core.connections.broadcast('exec.approval.requested', event, { whenSlow: 'skip' });
  const isSeen = core.connections.hasAudience('exec.approval.requested', connection.id);
  if (params.requireDeliveryRoute === true && !isSeen) core.desk.withdraw(id, 'no-route');
  const given = await answer;
  if (given.terminalReason !== undefined) {
    const detail = { approval: id, why: given.terminalReason };
    auditExec(core, 'exec.unanswered', { connection: undefined, nodeId: question.run.nodeId, detail });
  }
  return given;
}

const STOPPING = {
  code: 'UNAVAILABLE',
  message: 'gateway is stopping',
  retryable: true,
  retryAfterMs: RESTART_EXPECTED_MS,
} as const;

async function hearNode(
  core: GatewayCore,
  nodeId: string | undefined,
  params: AskParams,
): Promise<NodeExplanation | undefined> {
  const run = askedParams(params);
  if (nodeId === undefined || run === undefined || !canExplain(core, nodeId)) return undefined;
  const explained = await explainOnNode(core, nodeId, run);
  // A miss with `ask: off` is the one denial that a person can lift.
  if (explained.decision === 'deny' && explained.code !== 'miss') {
    throw invalidRequest(`nobody was asked, the node refuses in any case: ${explained.reason}`, {
      reason: explained.code,
    });
  }
  return explained;
}

function shownToPeople(
  params: AskParams,
  nodeId: string | undefined,
  explained: NodeExplanation | undefined,
): ApprovalRequested['request'] {
  const found = explained?.programs.find(({ path }) => path !== undefined)?.path;
  return {
    command: params.command,
    cwd: params.cwd ?? null,
    host: params.host ?? null,
    security: params.security ?? null,
    ask: params.ask ?? null,
    agentId: params.agentId ?? null,
    // The node knows; what the requester believes counts only without it.
    resolvedPath: found ?? params.resolvedPath ?? null,
    sessionKey: params.sessionKey ?? null,
    ...(nodeId === undefined ? {} : { nodeId }),
    ...(params.commandArgv === undefined ? {} : { commandArgv: params.commandArgv }),
    ...(params.env == null ? {} : { env: params.env }),
    ...(explained === undefined ? {} : { why: explained.reason }),
  };
}
