import type { ApprovalDecision } from '../../protocol/index.ts';

/** What was shown to the approver and is therefore all that the approval is good for. */
export type ApprovedRun = {
  /** The text people saw. */
  command: string;
  cwd: string | null;
  agentId: string | null;
  /** Undefined when the requester did not say (the real CLI does not). */
  nodeId: string | undefined;
  argv: readonly string[] | undefined;
  env: Readonly<Record<string, string>> | undefined;
};

type RecordState =
  | { kind: 'pending' }
  | { kind: 'answered'; decision: ApprovalDecision; by: string; usableUntilMs: number }
  | { kind: 'used' };

/** One question to people and its answer. Lives in memory only: a restart forgets it, which denies. */
export type ApprovalRecord = {
  id: string;
  /** Device or connection that asked; only it may use the answer. */
  requester: string;
  run: ApprovedRun;
  createdAtMs: number;
  expiresAtMs: number;
  state: RecordState;
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

/**
 * Does this record allow this run? Everything the record says must be the same; what it does not say (node and exact
 * arguments, when the real CLI asked) is bound by the text people saw. Environment variables nobody saw are never
 * covered: `BASH_ENV` alone would turn an approved `sh` into anything.
 */
export function recordAllows(
  record: ApprovalRecord,
  requester: string,
  wanted: WantedRun,
  nowMs: number,
): boolean {
  const { state, run } = record;
  if (state.kind !== 'answered' || state.decision === 'deny' || nowMs > state.usableUntilMs) return false;
  if (record.requester !== requester) return false;
  if (run.nodeId !== undefined && run.nodeId !== wanted.nodeId) return false;
  if (run.cwd !== wanted.cwd || run.agentId !== wanted.agentId) return false;
  if (!sameEnv(run.env ?? {}, wanted.env)) return false;
  if (wanted.rawCommand !== null && !isShellOf(wanted.argv, wanted.rawCommand)) return false;
  if (run.argv !== undefined) return sameList(run.argv, wanted.argv);
  return run.command === (wanted.rawCommand ?? wanted.argv.join(' '));
}

/** The exact argument vectors the real CLI makes of `--raw` text (gateway-protocol §16). */
function isShellOf(argv: readonly string[], text: string): boolean {
  return sameList(argv, ['/bin/sh', '-lc', text]) || sameList(argv, ['cmd.exe', '/d', '/s', '/c', text]);
}

function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index]);
}

function sameEnv(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}
