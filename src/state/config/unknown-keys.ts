import { FOREIGN_SECTIONS, noteForKey } from './foreign-keys.ts';
import type { UnknownKey } from './issue.ts';
import { formatKeyPath } from './key-path.ts';
import { isPlainObject } from './plain-object.ts';
import { CONFIG_SCHEMA } from './schema.ts';
import type { SchemaNode } from './schema-kinds.ts';

/**
 * Keys of a config that nobody here reads, with the nearest known key or what is known about them.
 * Sections of the real program ({@link FOREIGN_SECTIONS}) are not listed unless their path is a known mistake.
 */
export function findUnknownKeys(parsed: unknown): UnknownKey[] {
  const found: UnknownKey[] = [];
  if (isPlainObject(parsed)) collect(CONFIG_SCHEMA, parsed, [], found);
  return found;
}

/** What is known about one path, also one that is not in the file. `undefined`: the schema has it, or it is foreign. */
export function describeUnknownPath(parts: readonly string[]): UnknownKey | undefined {
  let node: SchemaNode = CONFIG_SCHEMA;
  for (const [depth, part] of parts.entries()) {
    if (node.kind !== 'section') return isIndexOrFree(node, parts, depth) ? undefined : unknownKey(parts);
    const next: SchemaNode | undefined = Object.hasOwn(node.keys, part) ? node.keys[part] : undefined;
    if (next === undefined) {
      const key = unknownKey(parts, parts.slice(0, depth + 1));
      const isForeign = depth === 0 && FOREIGN_SECTIONS.has(part);
      const isNews = key.note !== undefined || (key.nearest !== undefined && !isForeign);
      return isNews || !(isForeign || node.isShared) ? key : undefined;
    }
    node = next;
  }
  return undefined;
}

/** Every known key path, sections included. */
function knownPaths(): string[] {
  const paths: string[] = [];
  const walk = (node: SchemaNode, path: string): void => {
    if (path !== '') paths.push(path);
    if (node.kind !== 'section') return;
    for (const [key, child] of Object.entries(node.keys)) walk(child, path === '' ? key : `${path}.${key}`);
  };
  walk(CONFIG_SCHEMA, '');
  return paths;
}

function collect(node: SchemaNode, value: unknown, path: string[], found: UnknownKey[]): void {
  if (node.kind !== 'section' || !isPlainObject(value)) return;
  for (const [key, child] of Object.entries(value)) {
    const here = [...path, key];
    const known = Object.hasOwn(node.keys, key) ? node.keys[key] : undefined;
    if (known !== undefined) collect(known, child, here, found);
    else collectUnknown(here, child, { isShared: node.isShared, found });
  }
}

function collectUnknown(
  path: string[],
  value: unknown,
  { isShared, found }: { isShared: boolean; found: UnknownKey[] },
): void {
  const isForeign = path.length === 1 && FOREIGN_SECTIONS.has(path[0] ?? '');
  if (isForeign) {
    if (noteForKey(formatKeyPath(path)) !== undefined) found.push(unknownKey(path));
    return;
  }
  // a known mistake may sit one level deeper: system.execApprovals.…
  if (noteForKey(formatKeyPath(path)) === undefined && isPlainObject(value)) {
    const deeper = Object.keys(value).filter(
      (key) => noteForKey(formatKeyPath([...path, key])) !== undefined,
    );
    if (deeper.length > 0) {
      found.push(...deeper.map((key) => unknownKey([...path, key])));
      return;
    }
  }
  const key = unknownKey(path);
  if (!isShared || key.nearest !== undefined || key.note !== undefined) found.push(key);
}

function unknownKey(full: readonly string[], upTo: readonly string[] = full): UnknownKey {
  const note = noteForKey(formatKeyPath(full));
  if (note !== undefined) return { path: formatKeyPath(full), note: note.note, remedies: note.remedies };
  const rest = full.slice(upTo.length);
  const near = nearestPath(formatKeyPath(upTo));
  const nearest = near === undefined ? undefined : formatKeyPath([...near.split('.'), ...rest]);
  return { path: formatKeyPath(full), ...(nearest === undefined ? {} : { nearest }) };
}

function nearestPath(path: string): string | undefined {
  // one slip in three letters of the key itself; neighbours swapped count as one
  const key = path.slice(path.lastIndexOf('.') + 1);
  const limit = Math.min(3, Math.max(1, Math.floor(key.length / 3)));
  let best: { path: string; distance: number } | undefined;
  for (const candidate of knownPaths()) {
    const distance = editDistance(path.toLowerCase(), candidate.toLowerCase(), limit);
    if (distance <= limit && (best === undefined || distance < best.distance))
      best = { path: candidate, distance };
  }
  return best?.path;
}

/** Damerau-Levenshtein (neighbours swapped count once); anything above `limit` is `limit + 1`. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = a[i - 1] === b[j - 1] ? 0 : 1;
      let cost = Math.min((previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (previous[j - 1] ?? 0) + change);
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (isSwap) cost = Math.min(cost, (beforePrevious[j - 2] ?? 0) + 1);
      row.push(cost);
    }
    beforePrevious = previous;
    previous = row;
  }
  return previous[b.length] ?? limit + 1;
}

function isIndexOrFree(node: SchemaNode, parts: readonly string[], depth: number): boolean {
  if (node.kind === 'free') return true;
  return node.kind === 'texts' && depth === parts.length - 1 && /^(0|[1-9]\d*)$/.test(parts[depth] ?? '');
}
