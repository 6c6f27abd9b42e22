import * as z from 'zod/mini';

/** A well-formed request to run something. */
export type ExecRequest = {
  /** The argument vector; never empty, the first item is not blank. */
  command: readonly string[];
  /** The text that goes with the vector, if any; it has been sent along and still has to agree. */
  rawCommand?: string;
  cwd?: string;
  env: Readonly<Record<string, string>>;
  agentId?: string;
  sessionKey?: string;
  nodeId?: string;
  approvalId?: string;
};

export type ParsedRequest = { kind: 'request'; request: ExecRequest } | { kind: 'malformed'; reason: string };

const optionalText = z.optional(z.nullable(z.string()));

const schema = z.looseObject({
  command: z.optional(z.array(z.string())),
  rawCommand: optionalText,
  cwd: optionalText,
  env: z.optional(z.nullable(z.record(z.string(), z.string()))),
  agentId: optionalText,
  sessionKey: optionalText,
  nodeId: optionalText,
  approvalId: optionalText,
});

// execve(2) refuses single strings above 128 KiB and a total of about 2 MiB; the plan has to fit as well.
const MAX_TEXT = 120_000;
const MAX_TOTAL = 1_000_000;

/**
 * Reads the parameters of `system.run`. A request with only `rawCommand` is text for the default shell.
 * `approved` and `approvalDecision` are not read at all: a caller does not approve itself.
 */
export function parseExecRequest(input: unknown, defaultShell = '/bin/sh'): ParsedRequest {
  const parsed = schema.safeParse(input);
  if (!parsed.success) {
    const path = parsed.error.issues[0]?.path.map(String).join('.');
    return malformed(`${path || 'the request'} has the wrong type`);
  }
  const { rawCommand, env } = parsed.data;
  const command = parsed.data.command ?? (rawCommand == null ? [] : [defaultShell, '-c', rawCommand]);
  if (command.length === 0) return malformed('the command is empty');
  if (command[0]?.trim() === '') return malformed('the program is blank');
  if (parsed.data.command === undefined && rawCommand?.trim() === '')
    return malformed('the command is blank');
  const texts = [...command, rawCommand ?? '', parsed.data.cwd ?? '', ...Object.entries(env ?? {}).flat()];
  for (const text of texts) {
    if (text.includes('\0')) return malformed('a NUL character cannot be passed to a program');
    if (!text.isWellFormed()) return malformed('a lone surrogate cannot be passed to a program unchanged');
    if (text.length > MAX_TEXT) return malformed(`a text is longer than ${MAX_TEXT} characters`);
  }
  if (texts.reduce((sum, text) => sum + text.length, 0) > MAX_TOTAL) {
    return malformed(`the request is longer than ${MAX_TOTAL} characters`);
  }
  const optional = { rawCommand, cwd: parsed.data.cwd, agentId: parsed.data.agentId } as const;
  const named = {
    ...optional,
    sessionKey: parsed.data.sessionKey,
    nodeId: parsed.data.nodeId,
    approvalId: parsed.data.approvalId,
  };
  const present = Object.fromEntries(Object.entries(named).filter(([, value]) => value != null));
  return { kind: 'request', request: { command, env: env ?? {}, ...present } };
}

function malformed(reason: string): ParsedRequest {
  return { kind: 'malformed', reason };
}
