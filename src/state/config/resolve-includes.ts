import { dirname, resolve } from 'node:path';
import type { ConfigIssue } from './issue.ts';
import { formatKeyPath } from './key-path.ts';
import { parseJson5 } from './parse.ts';
import { isPlainObject } from './plain-object.ts';

/** The text of a file, undefined when there is none; may throw. */
export type ReadText = (path: string) => string | undefined;

/** Includes inside includes: a chain longer than this is a mistake. */
const MAX_DEPTH = 10;

type Including = { file: string; chain: readonly string[]; read: ReadText; issues: ConfigIssue[] };

/**
 * Replaces `{ $include: "file" }` and `{ $include: ["a", "b"], own: … }` by the content of the files: later files win over
 * earlier ones, own keys win over all, objects are merged, everything else is replaced. Paths are relative to the file
 * they stand in. A file that cannot be read is an error: without it nobody knows which settings hold.
 */
export function resolveIncludes(
  value: unknown,
  file: string,
  read: ReadText,
): { value: unknown; issues: ConfigIssue[] } {
  const issues: ConfigIssue[] = [];
  return { value: expand(value, [], { file, chain: [file], read, issues }), issues };
}

function expand(value: unknown, path: readonly string[], including: Including): unknown {
  if (Array.isArray(value))
    return value.map((item, index) => expand(item, [...path, String(index)], including));
  if (!isPlainObject(value)) return value;
  let result: unknown;
  if (Object.hasOwn(value, '$include')) {
    for (const name of includeNames(value['$include'], path, including)) {
      result = merge(result, readInclude(name, path, including));
    }
  }
  const own: Record<string, unknown> = {};
  for (const [key, child] of Object.entries(value)) {
    if (key !== '$include') define(own, key, expand(child, [...path, key], including));
  }
  return merge(result, own);
}

function includeNames(names: unknown, path: readonly string[], including: Including): string[] {
  const list = Array.isArray(names) ? names : [names];
  const texts = list.filter((name) => typeof name === 'string');
  if (texts.length !== list.length) report(including, path, 'must be a file name or a list of file names');
  return texts;
}

function readInclude(name: string, path: readonly string[], including: Including): unknown {
  const file = resolve(dirname(including.file), name);
  if (including.chain.includes(file)) return report(including, path, `${file} includes itself`);
  if (including.chain.length > MAX_DEPTH)
    return report(including, path, `more than ${MAX_DEPTH} files inside each other`);
  let text: string | undefined;
  try {
    text = including.read(file);
  } catch (thrown) {
    return report(including, path, thrown instanceof Error ? thrown.message : String(thrown));
  }
  if (text === undefined) return report(including, path, `there is no file ${file}`);
  const parsed = parseJson5(text);
  if (parsed.kind === 'syntax') return report(including, path, `${file}: ${parsed.message}`);
  return expand(parsed.value, path, { ...including, file, chain: [...including.chain, file] });
}

function report({ issues }: Including, path: readonly string[], message: string): undefined {
  issues.push({ path: formatKeyPath([...path, '$include']), message, severity: 'error', kind: 'include' });
  return undefined;
}

function merge(former: unknown, later: unknown): unknown {
  if (later === undefined) return former;
  if (!isPlainObject(former) || !isPlainObject(later)) return later;
  const result: Record<string, unknown> = {};
  for (const [key, child] of Object.entries(former)) define(result, key, child);
  for (const [key, child] of Object.entries(later)) {
    define(result, key, merge(Object.hasOwn(result, key) ? result[key] : undefined, child));
  }
  return result;
}

/** Also for keys such as `__proto__`, which an assignment would not store. */
function define(object: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true });
}
