import { createHash, randomUUID } from 'node:crypto';
import { displayCommand } from '../../approvals/index.ts';
import { commandText, type RunResult, type SystemRunParams } from '../../protocol/index.ts';
import type { PolicyContext } from '../run/decide-run.ts';
import { type DeniedReason, deniedPayload, finishedPayload, type RunIdentity } from '../run/exec-events.ts';
import { executePlan } from '../run/execute-plan.ts';
import { matchPlan } from '../run/match-plan.ts';
import type { PreparedPlans } from '../run/prepared-plans.ts';
import { rememberAlways } from '../run/remember-always.ts';
import { runDecision } from '../run/run-decision.ts';
import type { RunningGroup } from '../run/run-group.ts';
import type { RunLedger } from '../run/run-ledger.ts';
import { judgeRun } from '../run/run-policy.ts';
import type { UseRecorder } from '../run/use-recorder.ts';
import type { InvokePeer } from './invoke-peer.ts';
import { readRunParams } from './read-run-params.ts';
import { done, type InvokeReply, invalid, unavailable } from './reply.ts';

/** Everything `system.run` needs of the process it lives in. */
export type RunHost = {
  policy: PolicyContext;
  plans: PreparedPlans;
  ledger: RunLedger<InvokeReply>;
  uses: UseRecorder;
  /** Told of every started group, so that cancel, disconnect and shutdown reach it. */
  adopt(invokeId: string, group: RunningGroup): void;
  log: { info(text: string): void };
};

/** One `node.invoke.request` that asks for a run. */
export type RunCall = { invokeId: string; idempotencyKey: string | undefined; params: unknown };

/**
 * `system.run`: decides, starts exactly what was decided on in a process group of its own, and answers in the shapes
 * of gateway-protocol §16. A key that was started before gets the same answer and starts nothing, if it may run still.
 */
export function systemRun(
  call: RunCall,
  peer: InvokePeer,
  host: RunHost,
): Promise<InvokeReply> | InvokeReply {
  const read = readRunParams(call.params);
  if (read.kind === 'invalid') return invalid(read.message);
  const matched = matchPlan(read.params, { plans: host.plans, needsPlan: peer.needsPlan, nowMs: Date.now() });
  if (matched.kind === 'malformed') return invalid(matched.message);
  const params = matched.kind === 'fits' ? matched.params : read.params;
  const runId = params.runId?.trim() || undefined;
  const keys = [
    ...(call.idempotencyKey === undefined ? [] : [`key ${call.idempotencyKey}`]),
    ...(runId === undefined ? [] : [`run ${runId}`]),
  ];
  const { verdict, decision } = judgeRun(params, host.policy);
  const identity: RunIdentity = {
    sessionKey: params.sessionKey?.trim() || 'node',
    runId: runId ?? randomUUID(),
    command: commandText(params.command, params.rawCommand),
    ...(peer.keepsDecisions ? { decision: runDecision(call.invokeId, decision) } : {}),
  };
  const deny = (detail: string, reason: DeniedReason, message: string): InvokeReply => {
    host.log.info(`refused to run ${displayCommand(params.command).text}: ${detail}`);
    peer.sendEvent('exec.denied', deniedPayload(identity, reason));
    return unavailable(message);
  };
  if (matched.kind === 'denied')
    return deny(matched.message, 'request-unacceptable', `SYSTEM_RUN_DENIED: ${matched.message}`);
  if (verdict.kind === 'malformed') return invalid(verdict.message);
  if (verdict.kind === 'denied') return deny(verdict.detail, verdict.reason, verdict.message);
  // Only now: who may not run it is not given what it said when somebody else might.
  const fingerprint = fingerprintOf(params);
  const before = host.ledger.find(keys, fingerprint);
  if (before?.kind === 'known') return before.reply;
  if (before?.kind === 'forgotten')
    return unavailable('this run was already started; its result is no longer kept');
  if (before?.kind === 'conflict') return invalid(`${before.key} was already used for another command`);
  if (params.needsScreenRecording === true) {
    peer.sendEvent('exec.denied', deniedPayload(identity, 'permission:screenRecording'));
    return unavailable('PERMISSION_MISSING: screenRecording');
  }
  const finish = (result: RunResult): InvokeReply => {
    peer.sendEvent('exec.finished', finishedPayload(identity, result));
    return done(result);
  };
  if (verdict.kind === 'not-startable') return finish(notStarted(verdict.error, verdict.reason));
  if (verdict.always !== undefined) {
    const where = { agentId: params.agentId ?? undefined, now: Date.now() };
    const remark = rememberAlways(host.policy.policyPath, verdict.always, where);
    if (remark !== undefined) host.log.info(remark);
  }
  const { sendOutput } = peer;
  const chunksOf = { invokeId: call.invokeId, runId: identity.runId };
  const execution = executePlan(verdict.plan, {
    name: params.command[0] ?? '',
    timeoutMs: params.timeoutMs ?? 0,
    maxResultBytes: peer.maxResultBytes,
    ...(params.stream === true && sendOutput !== undefined
      ? { stream: { ...chunksOf, send: sendOutput } }
      : {}),
  });
  if (execution.kind === 'not-started') return finish(notStarted(execution.error, execution.reason));
  host.adopt(call.invokeId, execution.group);
  host.uses.note(decision);
  const reply = execution.result.then(finish);
  host.ledger.record(keys, fingerprint, reply);
  return reply;
}

function notStarted(error: string, reason: string): RunResult {
  return { timedOut: false, success: false, stdout: '', stderr: '', error, reason };
}

/** What makes two requests the same run. An approval does not: the same run may come again with one. */
function fingerprintOf({ command, rawCommand, cwd, env, agentId }: SystemRunParams): string {
  const text = JSON.stringify([command, rawCommand ?? null, cwd ?? null, env ?? null, agentId ?? null]);
  return createHash('sha256').update(text).digest('base64url');
}
