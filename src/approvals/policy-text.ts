import { createHash } from 'node:crypto';
import { type PolicyFile, policyFileSchema } from './policy-schema.ts';

/** What the text of `exec-approvals.json` says. A damaged one denies everything until somebody mends it. */
export type PolicyText =
  | { kind: 'valid'; file: PolicyFile; hash: string }
  | { kind: 'damaged'; reason: string; line?: number; column?: number; hash: string };

/** The file nobody has written yet: no entries, everything at its default. */
export const EMPTY_POLICY: PolicyFile = { version: 1 };

/** Hex SHA-256 of the raw text; that of the empty text stands for "no file" (exec-approvals.md section 9). */
export function policyHash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Reads the text strictly. The reason names the place, never a value (the file holds a token). */
export function parsePolicyText(text: string): PolicyText {
  const hash = policyHash(text);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    const offset = syntaxOffset(cause, text);
    const place = offset === undefined ? {} : lineAndColumn(text, offset);
    return { kind: 'damaged', reason: 'the text is not JSON', ...place, hash };
  }
  const parsed = parsePolicyValue(value);
  if (parsed.kind === 'valid') return { kind: 'valid', file: parsed.file, hash };
  return { kind: 'damaged', reason: parsed.reason, ...placeOf(text, parsed.path), hash };
}

/** Checks a value that came over the wire against the strict schema. */
export function parsePolicyValue(
  value: unknown,
): { kind: 'valid'; file: PolicyFile } | { kind: 'invalid'; reason: string; path: readonly PropertyKey[] } {
  const result = policyFileSchema.safeParse(value);
  if (result.success) return { kind: 'valid', file: mergeLegacyDefault(result.data) };
  const issue = result.error.issues[0];
  const path = issue === undefined ? [] : pathOfIssue(issue);
  const place = path.length === 0 ? 'the file' : path.map(String).join('.');
  return { kind: 'invalid', reason: `${place}: ${describeIssue(issue)}`, path };
}

/** Two-space indented JSON with a final newline, as Clawdbot writes it. */
export function renderPolicy(file: PolicyFile): string {
  return `${JSON.stringify(file, null, 2)}\n`;
}

/** The scope `default` of old files belongs to `main`; values of `main` win (exec-approvals.md section 1). */
function mergeLegacyDefault(file: PolicyFile): PolicyFile {
  const old = file.agents?.default;
  if (file.agents === undefined || old === undefined) return file;
  const { default: _old, ...agents } = file.agents;
  const main = agents.main ?? {};
  const known = new Set((main.allowlist ?? []).map((entry) => entry.pattern.toLowerCase()));
  const added = (old.allowlist ?? []).filter((entry) => !known.has(entry.pattern.toLowerCase()));
  const allowlist = [...(main.allowlist ?? []), ...added];
  const constrained = [...(main.constrained ?? []), ...(old.constrained ?? [])];
  return {
    ...file,
    agents: {
      ...agents,
      main: {
        ...old,
        ...main,
        ...(allowlist.length > 0 ? { allowlist } : {}),
        ...(constrained.length > 0 ? { constrained } : {}),
      },
    },
  };
}

type Issue = { code?: string; path: readonly PropertyKey[]; keys?: readonly string[]; message?: string };

function pathOfIssue(issue: Issue): readonly PropertyKey[] {
  return issue.code === 'unrecognized_keys' && issue.keys?.[0] !== undefined
    ? [...issue.path, issue.keys[0]]
    : issue.path;
}

function describeIssue(issue: Issue | undefined): string {
  if (issue?.code === 'unrecognized_keys') return 'this key is not known';
  if (issue?.code === 'invalid_type') return 'this has the wrong type';
  if (issue?.code === 'invalid_value') return 'this word is not known';
  return 'this is not valid';
}

/** V8 says "at position N" in some of its messages only; for the others the shortest failing prefix is searched. */
function syntaxOffset(cause: unknown, text: string): number | undefined {
  const said = /at position (\d+)/.exec(cause instanceof Error ? cause.message : '')?.[1];
  if (said !== undefined) return Number(said);
  return /Unexpected end/.test(String(cause)) ? text.length : undefined;
}

function lineAndColumn(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

/** Where the last named key of a path stands: keys are searched one after the other, indexes are skipped over. */
function placeOf(text: string, path: readonly PropertyKey[]): { line: number; column: number } | object {
  let at = 0;
  for (const key of path) {
    if (typeof key !== 'string') continue;
    const found = text.indexOf(JSON.stringify(key), at);
    if (found < 0) break;
    at = found;
  }
  return at === 0 ? {} : lineAndColumn(text, at);
}
