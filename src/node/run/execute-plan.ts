import { randomUUID } from 'node:crypto';
import { type StartPlan, startPlan } from '../../approvals/index.ts';
import { type ExecOutput, OUTPUT_CAP_BYTES, type RunResult } from '../../protocol/index.ts';
import { fitRunResult } from './fit-output.ts';
import { countMemoryKills, memoryReason, preferAsVictim } from './out-of-memory.ts';
import { createOutputForwarder } from './output-forwarder.ts';
import { type GroupEnd, type RunningGroup, watchGroup } from './run-group.ts';
import { RUN_MARK } from './run-processes.ts';

export type ExecuteOptions = {
  /** The program as the request named it, for error texts. */
  name: string;
  /** <= 0: no limit. */
  timeoutMs: number;
  /** Bytes the result may take as `payloadJSON` inside its frame. */
  maxResultBytes: number;
  /** Where output goes while it appears. */
  stream?: { invokeId: string; runId: string; send: (chunk: ExecOutput) => Promise<unknown> };
};

export type Execution =
  | { kind: 'started'; group: RunningGroup; result: Promise<RunResult> }
  /** Something changed between the decision and the start. */
  | { kind: 'not-started'; error: string; reason: string };

/** Starts exactly what was decided on, in a session and process group of its own, with stdin closed. */
export function executePlan(plan: StartPlan, options: ExecuteOptions): Execution {
  const id = randomUUID();
  const environment = { ...plan.environment, [RUN_MARK]: id };
  const started = startPlan({ ...plan, environment }, { stdin: 'ignore', detached: true });
  if (started.kind === 'changed') {
    const reason = `not what was decided on any more: ${started.reason}`;
    return { kind: 'not-started', error: `spawn ${options.name} ESTALE`, reason };
  }
  const killsBefore = countMemoryKills();
  if (started.child.pid !== undefined) preferAsVictim(started.child.pid);
  const { stream } = options;
  const forwarder = stream && createOutputForwarder(stream, stream.send);
  const group = watchGroup({
    child: started.child,
    mark: id,
    maxOutputBytes: OUTPUT_CAP_BYTES,
    timeoutMs: options.timeoutMs > 0 ? options.timeoutMs : undefined,
    ...(forwarder === undefined ? {} : { onOutput: forwarder.push }),
  });
  const result = group.ended.then(async (end) => {
    await forwarder?.finish();
    const isStrange = end.signal === 'SIGKILL' && end.endedBy === undefined;
    const reason = isStrange ? memoryReason(killsBefore, countMemoryKills()) : undefined;
    const shown = resultOf(end, options.name);
    return fitRunResult(reason === undefined ? shown : { ...shown, reason }, options.maxResultBytes);
  });
  return { kind: 'started', group, result };
}

function resultOf(end: GroupEnd, name: string): RunResult {
  // Node names the descriptor it was asked to execute; people know the program by the name they gave.
  const code = end.spawnError?.match(/\bE[A-Z0-9]+\b/)?.[0];
  const error = end.spawnError === undefined ? null : `spawn ${name} ${code ?? end.spawnError}`;
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
