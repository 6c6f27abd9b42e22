import type { RunResult, SystemRunParams } from '../../protocol/index.ts';
import type { AuditEntry } from '../../state/index.ts';
import type { GatewayCore } from '../core.ts';
import type { InvokeOutcome } from '../nodes/invoke-memory.ts';
import { requesterOf } from '../nodes/requester.ts';
import type { ReadyConnection } from '../session/connections.ts';
import type { UsedApproval } from './approval-question.ts';
import { isShellOf } from './run-binding.ts';
import type { RunFacts, ShownRun } from './run-facts.ts';

/**
 * Rows of the audit about commands, all with the node as subject:
 * `exec.ask`, `exec.answer`, `exec.answer-refused`, `exec.unanswered`, `exec.use` (an answer goes to the node),
 * `exec.run` (how a run ended, or why it did not start), `exec.policy` (the file was replaced).
 */
export type ExecAction =
  | 'exec.ask'
  | 'exec.answer'
  | 'exec.answer-refused'
  | 'exec.unanswered'
  | 'exec.use'
  | 'exec.run'
  | 'exec.policy';

/** Longest text of one field; more is said with its length. */
const MAX_CHARS = 4_000;

/** How a run is written down. Words as the engine shows them; a text alone (the real CLI asks so) as it is. */
export async function shownRun(run: {
  words: readonly string[] | string;
  cwd?: string | null | undefined;
  agentId?: string | null | undefined;
  env?: Readonly<Record<string, string>> | null | undefined;
}): Promise<ShownRun> {
  const { displayCommand, maskSecrets, visibleText } = await import('../../approvals/index.ts');
  const { words, cwd, agentId, env } = run;
  const text = typeof words === 'string' ? visibleText(maskSecrets(words)) : displayCommand(words).text;
  return {
    command: bounded(text),
    ...(cwd == null ? {} : { cwd: bounded(visibleText(cwd)) }),
    ...(agentId == null ? {} : { agentId: bounded(visibleText(agentId)) }),
    ...(env == null ? {} : { env: Object.keys(env).slice(0, 50) }),
  };
}

/** The words of a question: those of the shell when only its text is known to the requester as such. */
export function askedParams(params: {
  command: string;
  commandArgv?: readonly string[] | undefined;
  cwd?: string | null | undefined;
  env?: Readonly<Record<string, string>> | null | undefined;
  agentId?: string | null | undefined;
  sessionKey?: string | null | undefined;
}): SystemRunParams | undefined {
  const { command, commandArgv, cwd, env, agentId, sessionKey } = params;
  if (commandArgv === undefined) return undefined;
  return {
    command: [...commandArgv],
    ...(isShellOf(commandArgv, command) ? { rawCommand: command } : {}),
    ...(cwd == null ? {} : { cwd }),
    ...(env == null ? {} : { env: { ...env } }),
    ...(agentId == null ? {} : { agentId }),
    ...(sessionKey == null ? {} : { sessionKey }),
  };
}

/** Who did it, for `detail.by`: the program and the first characters of its device. */
export function namedCaller({ peer }: ReadyConnection): string {
  const name = peer.client.displayName ?? peer.client.id;
  return peer.deviceId === undefined ? name : `${name} (device ${peer.deviceId.slice(0, 8)})`;
}

/** Writes one row at once. @throws when the database refuses the ends of runs that go before it */
export function auditExec(
  core: GatewayCore,
  action: ExecAction,
  row: { connection: ReadyConnection | undefined; nodeId: string | undefined; detail: object },
): void {
  const { connection, nodeId, detail } = row;
  // Ends of runs are gathered for a moment; what happened before this stands before it in the chain.
  core.journal.flush();
  core.audit({
    actor: connection === undefined ? 'gateway' : requesterOf(connection),
    action,
    subject: nodeId ?? 'any node',
    detail: { ...detail, ...(connection === undefined ? {} : { by: namedCaller(connection) }) },
  });
}

/** The row of a run that ended, however. It is written together with the run's own end. */
export function runRow(
  connection: ReadyConnection,
  run: { runId: string; nodeId: string; facts: RunFacts; outcome: InvokeOutcome; atMs: number },
): AuditEntry {
  const { runId, nodeId, facts, outcome, atMs } = run;
  const { shown, approval, decision } = facts;
  const { invokeId: _invokeId, ...decided } = decision ?? {};
  return {
    atMs,
    actor: requesterOf(connection),
    action: 'exec.run' satisfies ExecAction,
    subject: nodeId,
    detail: {
      run: runId,
      ...shown,
      ...endOf(outcome),
      ...(approval === undefined ? {} : usedDetail(approval)),
      ...(decision === undefined ? {} : { decision: decided }),
      by: namedCaller(connection),
    },
  };
}

/** The approval a run used: whose answer it was, or that there was none in time. */
export function usedDetail(approval: UsedApproval): object {
  return approval.kind === 'answered'
    ? { approval: approval.id, answer: approval.decision, approvedBy: approval.by }
    : { approval: approval.id, answer: 'unanswered' };
}

function endOf(outcome: InvokeOutcome): object {
  if (outcome.kind === 'failed') {
    const { code, message } = outcome.error.shape;
    const isRefusal = /^SYSTEM_RUN_D/.test(message);
    return { outcome: isRefusal ? 'refused' : 'failed', error: bounded(`${code}: ${message}`) };
  }
  const { payload } = outcome.result;
  // A peer's answer: every field is looked at before it is believed.
  const result: Partial<Record<keyof RunResult, unknown>> =
    typeof payload === 'object' && payload !== null ? payload : {};
  const { exitCode, signal, endedBy, error, reason } = result;
  return {
    outcome: result.timedOut === true ? 'timed-out' : typeof error === 'string' ? 'not-started' : 'ended',
    ...(typeof exitCode === 'number' ? { exitCode } : {}),
    ...(typeof signal === 'string' ? { signal: bounded(signal) } : {}),
    ...(typeof endedBy === 'string' ? { endedBy: bounded(endedBy) } : {}),
    ...(typeof error === 'string' ? { error: bounded(error) } : {}),
    ...(typeof reason === 'string' ? { reason: bounded(reason) } : {}),
  };
}

/** A text of a peer as it is kept and shown: its beginning, and how much more there was. */
export function bounded(text: string): string {
  return text.length <= MAX_CHARS
    ? text
    : `${text.slice(0, MAX_CHARS)}… (${text.length - MAX_CHARS} characters more)`;
}
