import type { KeyPath } from './key-path.ts';
import { isPlainObject } from './plain-object.ts';

/** What should happen to one value of a JSON5 text. `members` goes into an object (by key) or a list (by position). */
export type Change =
  | { kind: 'replace'; value: unknown }
  | { kind: 'remove' }
  | { kind: 'members'; members: ReadonlyMap<string, Change> };

/** The change that puts a value at a path. */
export function changeAt(path: KeyPath, change: Change): Change {
  return path.reduceRight<Change>(
    (inner, part) => ({ kind: 'members', members: new Map([[part, inner]]) }),
    change,
  );
}

/** A JSON merge patch (RFC 7396) as a change against the present value: only what differs is touched. */
export function mergePatchChange(present: unknown, patch: unknown): Change {
  if (!isPlainObject(patch)) return { kind: 'replace', value: patch };
  if (!isPlainObject(present)) return { kind: 'replace', value: withoutNulls(patch) };
  const members = new Map<string, Change>();
  for (const [key, value] of Object.entries(patch)) {
    const isPresent = Object.hasOwn(present, key);
    if (value === null) {
      if (isPresent) members.set(key, { kind: 'remove' });
    } else if (!isPresent) {
      members.set(key, { kind: 'replace', value: withoutNulls(value) });
    } else if (JSON.stringify(present[key]) !== JSON.stringify(value)) {
      members.set(key, mergePatchChange(present[key], value));
    }
  }
  return { kind: 'members', members };
}

/** In a patch, null means "not there", at every depth of an object. */
function withoutNulls(value: unknown): unknown {
  if (!isPlainObject(value)) return value;
  const result: Record<string, unknown> = {};
  for (const [key, child] of Object.entries(value)) {
    if (child === null) continue;
    Object.defineProperty(result, key, {
      value: withoutNulls(child),
      enumerable: true,
      writable: true,
      configurable: true,
    });
  }
  return result;
}

/** The part of a change that takes things away, or undefined when it does not. */
export function onlyRemovals(change: Change): Change | undefined {
  if (change.kind === 'remove') return change;
  return change.kind === 'members' ? pickMembers(change.members, onlyRemovals) : undefined;
}

/** The part of a change that puts things in, or undefined when it does not. */
export function withoutRemovals(change: Change): Change | undefined {
  if (change.kind === 'replace') return change;
  return change.kind === 'members' ? pickMembers(change.members, withoutRemovals) : undefined;
}

function pickMembers(
  members: ReadonlyMap<string, Change>,
  pick: (change: Change) => Change | undefined,
): Change | undefined {
  const picked = new Map<string, Change>();
  for (const [key, change] of members) {
    const part = pick(change);
    if (part !== undefined) picked.set(key, part);
  }
  return picked.size === 0 ? undefined : { kind: 'members', members: picked };
}
