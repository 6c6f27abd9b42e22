import { createHash, randomUUID } from 'node:crypto';
import { type StartPlan, startPlan } from '../../approvals/index.ts';
import { OUTPUT_CAP_BYTES, type RunResult, type SystemRunParams } from '../../protocol/index.ts';
import { commandText } from '../run/command-text.ts';
import { deniedPayload, finishedPayload, type RunIdentity } from '../run/exec-events.ts';
import { fitRunResult } from '../run/fit-output.ts';
import { createOutputForwarder, type OutputForwarder } from '../run/output-forwarder.ts';
import { type GroupEnd, type RunningGroup, watchGroup } from '../run/run-group.ts';
import type { RunLedger } from '../run/run-ledger.ts';
import { judgeRun, type PolicyContext } from '../run/run-policy.ts';
import type { InvokePeer } from './invoke-peer.ts';
import { readRunParams } from './read-run-params.ts';
import { done, type InvokeReply, invalid, unavailable } from './reply.ts';

/** Everything `system.run` needs of the process it lives in. */
export type RunHost = {
  policy: PolicyContext;
  ledger: RunLedger<InvokeReply>;
  /** Told of every started group, so that cancel, disconnect and shutdown reach it. */
  adopt(invokeId: string, group: RunningGroup): void;
  log: { info(text: string): void };
};

/** One `node.invoke.request` that asks for a run. */
export type RunCall = { invokeId: string; idempotencyKey: string | undefined; params: unknown };

/**
 * `system.run`: decides, starts exactly what was decided on in a process group of its own, and answers in the shapes
 * of gateway-protocol §16. A key that was started before gets the same answer and starts nothing.
 */
export function systemRun(
  call: RunCall,
  peer: InvokePeer,
  host: RunHost,
): Promise<InvokeReply> | InvokeReply {
  const read = readRunParams(call.params);
  if (read.kind === 'invalid') return invalid(read.message);
  const { params } = read;
  const runId = params.runId?.trim() || undefined;
  const keys = [
    ...(call.idempotencyKey === undefined ? [] : [`key ${call.idempotencyKey}`]),
    ...(runId === undefined ? [] : [`run ${runId}`]),
  ];
  const fingerprint = fingerprintOf(params);
  const before = host.ledger.find(keys, fingerprint);
  if (before?.kind === 'known') return before.reply;
  if (before?.kind === 'forgotten')
    return unavailable('this run was already started; its result is no longer kept');
  if (before?.kind === 'conflict') return invalid(`${before.key} was already used for another command`);

  const identity: RunIdentity = {
    sessionKey: params.sessionKey?.trim() || 'node',
    runId: runId ?? randomUUID(),
    command: commandText(params.command, params.rawCommand),
  };
  const verdict = judgeRun(params, host.policy);
  if (verdict.kind === 'malformed') return invalid(verdict.message);
  if (verdict.kind === 'denied') {
    host.log.info(`refused to run ${JSON.stringify(identity.command)}: ${verdict.detail}`);
    peer.sendEvent('exec.denied', deniedPayload(identity, verdict.reason));
    return unavailable(verdict.message);
  }
  if (params.needsScreenRecording === true) {
    peer.sendEvent('exec.denied', deniedPayload(identity, 'permission:screenRecording'));
    return unavailable('PERMISSION_MISSING: screenRecording');
  }
  const reply =
    verdict.kind === 'not-startable'
      ? Promise.resolve(notStarted(verdict.error, verdict.reason))
      : execute({ call, plan: verdict.plan, params, identity, peer, host });
  const answered = reply.then((result) => {
    peer.sendEvent('exec.finished', finishedPayload(identity, result));
    return done(result);
  });
  host.ledger.record(keys, fingerprint, answered);
  return answered;
}

type Execution = {
  call: RunCall;
  plan: StartPlan;
  params: SystemRunParams;
  identity: RunIdentity;
  peer: InvokePeer;
  host: RunHost;
};

async function execute({ call, plan, params, identity, peer, host }: Execution): Promise<RunResult> {
  const mark = { name: RUN_MARK, value: randomUUID() };
  const marked = { ...plan, environment: { ...plan.environment, [mark.name]: mark.value } };
  const started = startPlan(marked, { stdin: 'ignore', detached: true });
  if (started.kind === 'changed') {
    return notStarted(
      `spawn ${params.command[0]} ESTALE`,
      `not what was decided on any more: ${started.reason}`,
    );
  }
  const forwarder = params.stream === true ? forwarderFor(call, identity, peer) : undefined;
  const timeoutMs = params.timeoutMs ?? 0;
  const group = watchGroup({
    child: started.child,
    mark: `${mark.name}=${mark.value}`,
    maxOutputBytes: OUTPUT_CAP_BYTES,
    timeoutMs: timeoutMs > 0 ? timeoutMs : undefined,
    ...(forwarder === undefined ? {} : { onOutput: forwarder.push }),
  });
  host.adopt(call.invokeId, group);
  const end = await group.ended;
  await forwarder?.finish();
  return fitRunResult(resultOf(end, params), peer.maxResultBytes);
}

/** In the environment of every run, inherited by what it starts; see run-processes.ts. */
const RUN_MARK = 'CLAWDBOT_RUN_MARK';

function forwarderFor(call: RunCall, { runId }: RunIdentity, peer: InvokePeer): OutputForwarder | undefined {
  const { sendOutput } = peer;
  return sendOutput && createOutputForwarder({ invokeId: call.invokeId, runId }, sendOutput);
}

function resultOf(end: GroupEnd, params: SystemRunParams): RunResult {
  // Node names the descriptor it was asked to execute; people know the program by the name they gave.
  const code = end.spawnError?.match(/\bE[A-Z0-9]+\b/)?.[0];
  const error = end.spawnError === undefined ? null : `spawn ${params.command[0]} ${code ?? end.spawnError}`;
  return {
    ...(end.exitCode === undefined ? {} : { exitCode: end.exitCode }),
    timedOut: end.endedBy === 'timeout',
    success: end.exitCode === 0,
    stdout: end.stdout,
    stderr: end.stderr,
    error,
    ...(end.signal === undefined ? {} : { signal: end.signal }),
    ...(end.endedBy === undefined ? {} : { endedBy: end.endedBy }),
  };
}

function notStarted(error: string, reason: string): RunResult {
  return { timedOut: false, success: false, stdout: '', stderr: '', error, reason };
}

/** What makes two requests the same run. An approval does not: the same run may come again with one. */
function fingerprintOf({ command, rawCommand, cwd, env, agentId }: SystemRunParams): string {
  const text = JSON.stringify([command, rawCommand ?? null, cwd ?? null, env ?? null, agentId ?? null]);
  return createHash('sha256').update(text).digest('base64url');
}
