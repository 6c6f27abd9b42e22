import { constants } from 'node:os';
import type { RunResult } from '../../protocol/index.ts';
import { numberIn, recordOf, textIn } from '../connection/payload.ts';

/** How `nodes run` ends: its exit status and, when the status alone does not say it, one line for people. */
export type RunOutcome = { status: number; remark?: string };

/** As timeout(1): the command was ended because its time was up. */
const TIMED_OUT = 124;
/** As shells: found but not startable, not found. */
const NOT_STARTABLE = 126;
const NOT_FOUND = 127;

/** Reads the payload of a `system.run` result; fields that are missing count as empty. */
export function readRunResult(payload: unknown): RunResult {
  const record = recordOf(payload);
  const exitCode = numberIn(payload, 'exitCode');
  return {
    ...(exitCode === undefined ? {} : { exitCode }),
    timedOut: record['timedOut'] === true,
    success: record['success'] === true,
    stdout: textIn(payload, 'stdout'),
    stderr: textIn(payload, 'stderr'),
    error: textIn(payload, 'error') || null,
    ...(textIn(payload, 'signal') === '' ? {} : { signal: textIn(payload, 'signal') }),
    ...(textIn(payload, 'reason') === '' ? {} : { reason: textIn(payload, 'reason') }),
  };
}

/**
 * The exit status for a result, as a shell would give it. A peer that reports neither status nor signal nor error
 * (the real node host after a signal) still ends non-zero: the reference exits 0 there, and a script goes on.
 */
export function runOutcome(result: RunResult): RunOutcome {
  if (result.timedOut) return { status: TIMED_OUT, remark: 'run timed out' };
  if (result.signal !== undefined) return signalOutcome(result.signal, result.reason);
  if (result.exitCode !== undefined) return { status: result.exitCode & 0xff };
  if (result.error !== null) {
    const status = /\bENOENT\b/.test(result.error) ? NOT_FOUND : NOT_STARTABLE;
    const hint = status === NOT_FOUND ? ' (no such program, or no such working directory)' : '';
    return { status, remark: `the command did not start: ${result.error}${hint}` };
  }
  if (result.success) return { status: 0 };
  return { status: 128 + 15, remark: 'the command was ended by a signal; the node does not say which' };
}

function signalOutcome(signal: string, reason?: string): RunOutcome {
  const number = Object.entries(constants.signals).find(([name]) => name === signal)?.[1];
  return {
    status: 128 + (number ?? 15),
    remark: `the command was ended by ${signal}${reason === undefined ? '' : `: ${reason}`}`,
  };
}
