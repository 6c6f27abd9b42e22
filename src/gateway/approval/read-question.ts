import { createHash } from 'node:crypto';
import { invalidRequest, type MethodParams, type SystemRunPlan } from '../../protocol/index.ts';
import type { AskedRun } from './run-binding.ts';
import { textTellsWords } from './run-binding.ts';
import { planText } from './text-for-people.ts';

/** A question as it was asked: by a plan, by exact words, or by a text alone (the CLI of protocol 3). */
export type ReadQuestion = AskedRun & {
  sessionKey: string | null;
  plan: SystemRunPlan | undefined;
};

/**
 * Reads `exec.approval.request`. Of a plan everything counts but its text: what people see is made from its words.
 * @throws {RequestError} nothing to ask about; a text that does not say what the words would run
 */
export function readQuestion(params: MethodParams<'exec.approval.request'>): ReadQuestion {
  const { systemRunPlan: plan, command, commandArgv, env } = params;
  const nodeId = params.nodeId?.trim() || undefined;
  if (plan !== undefined) {
    if (nodeId === undefined) throw invalidRequest('nodeId required: a plan belongs to one node');
    return {
      command: planText(plan),
      cwd: plan.cwd,
      agentId: plan.agentId,
      sessionKey: plan.sessionKey,
      nodeId,
      argv: plan.argv,
      env: env ?? undefined,
      plan,
    };
  }
  if (command === undefined) throw invalidRequest('command or systemRunPlan required');
  if (commandArgv !== undefined && !textTellsWords(command, commandArgv)) {
    throw invalidRequest('command does not say what commandArgv would run');
  }
  return {
    command,
    cwd: params.cwd ?? null,
    agentId: params.agentId ?? null,
    sessionKey: params.sessionKey ?? null,
    nodeId,
    argv: commandArgv,
    env: env ?? undefined,
    plan: undefined,
  };
}

/** Digest of the variables, null without any (protocol-now §10.3). */
export function envHash(env: Readonly<Record<string, string>> | undefined): string | null {
  const pairs = Object.entries(env ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return pairs.length === 0 ? null : createHash('sha256').update(JSON.stringify(pairs)).digest('hex');
}
