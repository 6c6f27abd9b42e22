import type { BoundRequest } from '../../approvals/index.ts';
import type { SystemRunParams } from '../../protocol/index.ts';

/** What a requester told about the run it asks people about. */
export type AskedRun = {
  /** The text people see. */
  command: string;
  cwd: string | null;
  agentId: string | null;
  /** Undefined when the requester did not say (the real CLI does not). */
  nodeId: string | undefined;
  argv: readonly string[] | undefined;
  env: Readonly<Record<string, string>> | undefined;
};

/** The run a caller now asks for, as it came in `node.invoke` `system.run`. */
export type WantedRun = {
  nodeId: string;
  argv: readonly string[];
  rawCommand: string | null;
  cwd: string | null;
  agentId: string | null;
  env: Readonly<Record<string, string>>;
};

/** A run as a caller sent it, with nothing left open. */
export function wantedRun(
  nodeId: string,
  { command, rawCommand, cwd, agentId, env }: SystemRunParams,
): WantedRun {
  return {
    nodeId,
    argv: command,
    rawCommand: rawCommand ?? null,
    cwd: cwd ?? null,
    agentId: agentId ?? null,
    env: env ?? {},
  };
}

/**
 * What an answer is bound to, in the engine's terms. The gateway cannot see files; what it does not know (node and
 * exact arguments, when the real CLI asked) is bound by the text people saw.
 */
export function askedRequest({ command, cwd, agentId, nodeId, argv, env }: AskedRun): BoundRequest {
  return boundRequest({ words: argv ?? command, cwd, agentId, env: env ?? {}, nodeId });
}

/**
 * The same for a run that is to use an answer, in as much detail as the question had. Undefined when text and words of
 * the run disagree: then nothing was approved. Environment variables nobody saw make another request: `BASH_ENV` alone
 * would turn an approved `sh` into anything.
 */
export function wantedRequest(wanted: WantedRun, asked: AskedRun): BoundRequest | undefined {
  const { argv, rawCommand, cwd, agentId, env, nodeId } = wanted;
  if (rawCommand !== null && !isShellOf(argv, rawCommand)) return undefined;
  return boundRequest({
    words: asked.argv === undefined ? (rawCommand ?? argv.join(' ')) : argv,
    cwd,
    agentId,
    env,
    nodeId: asked.nodeId === undefined ? undefined : nodeId,
  });
}

/** Does the text people are shown say what the words do? Else they would agree to one thing and get another. */
export function textTellsWords(text: string, argv: readonly string[]): boolean {
  return text === argv.join(' ') || isShellOf(argv, text);
}

/** The exact argument vectors the real CLI makes of `--raw` text (gateway-protocol §16). */
export function isShellOf(argv: readonly string[], text: string): boolean {
  return sameList(argv, ['/bin/sh', '-lc', text]) || sameList(argv, ['cmd.exe', '/d', '/s', '/c', text]);
}

function boundRequest(run: {
  words: readonly string[] | string;
  cwd: string | null;
  agentId: string | null;
  env: Readonly<Record<string, string>>;
  nodeId: string | undefined;
}): BoundRequest {
  const { words, cwd, agentId, env, nodeId } = run;
  const request = {
    ...(typeof words === 'string' ? { command: [], rawCommand: words } : { command: words }),
    ...(cwd === null ? {} : { cwd }),
    ...(agentId === null ? {} : { agentId }),
    env,
  };
  // Policy and files are the node's: it gives its own digest of them, see ApprovalDesk.
  return { request, nodeId, policyHash: '', plan: undefined };
}

function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index]);
}
