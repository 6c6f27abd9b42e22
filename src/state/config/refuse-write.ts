import type { ConfigIssue, UnknownKey } from './issue.ts';
import { formatKeyPath, type KeyPath } from './key-path.ts';
import type { LoadedConfig } from './load.ts';
import { describeUnknownPath } from './unknown-keys.ts';
import { findLoss, findMask } from './write-guards.ts';
import { refusal, type WriteOptions, type WriteRefusal } from './write-outcome.ts';

/**
 * Why an edit must not be saved: it brings in a new error, a bad value at the touched path, a key nobody reads, a mask, or
 * drops most of the file. What was wrong before does not stop an edit elsewhere.
 */
export function refuseEdit(
  before: LoadedConfig,
  after: LoadedConfig,
  { touched, options }: { touched: KeyPath; options: WriteOptions },
): WriteRefusal | undefined {
  const known = new Set(before.issues.map(issueKey));
  const path = formatKeyPath(touched);
  const fresh = after.issues.filter(
    (issue) => !known.has(issueKey(issue)) && (issue.severity === 'error' || isAtOrBelow(issue.path, path)),
  );
  const first = fresh.find((issue) => issue.kind !== 'environment');
  if (first !== undefined) return refusal('invalid', `Config validation failed: ${issueText(first)}`, fresh);
  return refuseUnknown(before, after, { touched, options }) ?? refuseContent(before, after, options);
}

/** Why a whole new text must not be saved. Keys nobody reads are kept: the text may come from the real program. */
export function refuseReplacement(
  before: LoadedConfig,
  after: LoadedConfig,
  options: WriteOptions,
): WriteRefusal | undefined {
  const syntax = after.issues.find((issue) => issue.kind === 'syntax');
  if (syntax !== undefined) return refusal('syntax', syntax.message, after.issues);
  if (!after.valid) return refusal('invalid', 'invalid config', after.issues);
  return refuseContent(before, after, options);
}

function refuseContent(
  before: LoadedConfig,
  after: LoadedConfig,
  options: WriteOptions,
): WriteRefusal | undefined {
  const masked = findMask(before.parsed, after.parsed);
  if (masked !== undefined) {
    return refusal(
      'mask',
      `cannot save the config: ${masked} holds a mask, not a value; leave it out to keep the secret`,
    );
  }
  const loss = options.loss === 'allow' ? undefined : findLoss(before.parsed, after.parsed);
  if (loss === undefined) return undefined;
  return refusal(
    'loss',
    `cannot save the config: only ${loss.kept} of its ${loss.before} settings would remain`,
  );
}

function refuseUnknown(
  before: LoadedConfig,
  after: LoadedConfig,
  { touched, options }: { touched: KeyPath; options: WriteOptions },
): WriteRefusal | undefined {
  if (options.unknownKeys === 'keep') return undefined;
  const former = new Set(before.unknownKeys.map(({ path }) => path));
  const fresh = after.unknownKeys.filter(({ path }) => !former.has(path));
  const [first] = fresh;
  if (first === undefined) return undefined;
  // the path as the caller wrote it says more than the first part nobody knows
  const named = describeUnknownPath(touched) ?? first;
  const text = `Config validation failed: ${named.path}: ${unknownText(named)}`;
  return refusal('unknown-key', text, fresh.map(unknownIssue), named.remedies ?? []);
}

function unknownText({ nearest, note }: UnknownKey): string {
  if (note !== undefined) return note;
  return nearest === undefined
    ? 'Unrecognized key; `clawdbot config schema` lists all of them'
    : `Unrecognized key; did you mean ${nearest}?`;
}

function unknownIssue(key: UnknownKey): ConfigIssue {
  return { path: key.path, message: unknownText(key), severity: 'error', kind: 'value' };
}

function issueText({ path, message }: ConfigIssue): string {
  return path === '' ? message : `${path}: ${message}`;
}

function issueKey({ path, message }: ConfigIssue): string {
  return `${path}\n${message}`;
}

function isAtOrBelow(path: string, root: string): boolean {
  const bare = root.replace(/\[\d+\]$/, '');
  return root === '' || path === bare || path.startsWith(`${bare}.`) || path.startsWith(`${bare}[`);
}
