import { OUTPUT_TAIL_CHARS, type RunDecision, type RunResult } from '../../protocol/index.ts';

/** Who and what an `exec.*` event is about (gateway-protocol §16). */
export type RunIdentity = {
  sessionKey: string;
  runId: string;
  command: string;
  /** For gateways that keep it. */
  decision?: RunDecision | undefined;
};

/** Payload of `exec.finished`. */
export function finishedPayload(run: RunIdentity, result: RunResult): Record<string, unknown> {
  return {
    ...identityOf(run),
    ...(result.exitCode === undefined ? {} : { exitCode: result.exitCode }),
    timedOut: result.timedOut,
    success: result.success,
    output: tail([result.stdout, result.stderr, result.error ?? ''].filter((part) => part !== '').join('\n')),
  };
}

/** The words peers know for a refusal; `environment` and the like are ours. */
export type DeniedReason =
  | 'security=deny'
  | 'approval-required'
  | 'allowlist-miss'
  | 'permission:screenRecording'
  | 'request-unacceptable';

/** Payload of `exec.denied`. */
export function deniedPayload(run: RunIdentity, reason: DeniedReason): Record<string, unknown> {
  return { ...identityOf(run), reason };
}

function identityOf({ sessionKey, runId, command, decision }: RunIdentity): Record<string, unknown> {
  const shown =
    command.length > MAX_COMMAND_CHARS ? `${command.slice(0, MAX_COMMAND_CHARS)}... (truncated)` : command;
  return {
    sessionKey,
    runId,
    host: 'node',
    command: shown,
    ...(decision === undefined ? {} : { decision }),
  };
}

/** The event is for eyes and has to fit a frame even when every character is escaped to seven bytes. */
const MAX_COMMAND_CHARS = 20_000;

function tail(text: string): string {
  const trimmed = text.trim();
  if (trimmed.length <= OUTPUT_TAIL_CHARS) return trimmed;
  return `... (truncated) ${trimmed.slice(-OUTPUT_TAIL_CHARS)}`;
}
