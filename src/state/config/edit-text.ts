import type { ArrayNode, DocumentNode, MemberNode, ObjectNode, Token, ValueNode } from '@humanwhocodes/momoa';
import { OpsError } from '../ops-error.ts';
import { type Change, onlyRemovals, withoutRemovals } from './edit-change.ts';
import { formatKeyPath, type KeyPath } from './key-path.ts';
import { parseJson5 } from './parse.ts';
import { detectStyle, renderKey, renderValue, type TextStyle } from './render-value.ts';

/** Replace `text[start, end)` by `insert`. */
type Splice = { start: number; end: number; insert: string };

type Ranged = { range?: [number, number] | undefined };

type Editing = { text: string; tokens: readonly Token[]; style: TextStyle; splices: Splice[] };

/**
 * Applies a change to a JSON5 text by cutting and inserting: everything that is not part of the change, comments and
 * layout included, stays byte for byte. A comment beside a removed key stays too.
 * @throws `config/invalid` when the text is no JSON5; `config/path` when the path leads into something that has no members
 */
export function editText(text: string, change: Change): string {
  const removals = onlyRemovals(change);
  // removals first: places worked out before a cut are wrong inside it
  const cut = removals === undefined ? text : editOnce(text, removals);
  const rest = withoutRemovals(change);
  return rest === undefined ? cut : editOnce(cut, rest);
}

function editOnce(text: string, change: Change): string {
  const parsed = parseJson5(text);
  if (parsed.kind === 'syntax') {
    throw new OpsError('config/invalid', `cannot edit the config: ${parsed.message}`);
  }
  const { document } = parsed;
  const editing: Editing = {
    text,
    tokens: tokensOf(document),
    style: detectStyle(text, document),
    splices: [],
  };
  apply(editing, document.body, change, []);
  return splice(text, editing.splices);
}

function apply(editing: Editing, node: ValueNode, change: Change, path: KeyPath): void {
  if (change.kind === 'replace') {
    const [start, end] = rangeOf(node);
    const insert = renderValue(change.value, editing.style, indentAt(editing.text, start));
    editing.splices.push({ start, end, insert });
    return;
  }
  if (change.kind === 'remove') throw new OpsError('config/path', 'cannot remove the whole config');
  switch (node.type) {
    case 'Object':
      applyToObject(editing, node, change.members, path);
      return;
    case 'Array':
      applyToArray(editing, node, change.members, path);
      return;
    case 'Null':
      apply(editing, node, { kind: 'replace', value: built(change, path) }, path);
      return;
    default: {
      const here = formatKeyPath([...path, ...change.members.keys()]);
      const reason = `${formatKeyPath(path)} is a ${node.type.toLowerCase()}, not an object`;
      throw new OpsError('config/path', `cannot set ${here}: ${reason}`);
    }
  }
}

function applyToObject(
  editing: Editing,
  node: ObjectNode,
  changes: ReadonlyMap<string, Change>,
  path: KeyPath,
): void {
  const added: string[] = [];
  const removed: Ranged[] = [];
  for (const [key, change] of changes) {
    const same = node.members.filter((member) => keyOf(member) === key);
    // of two equal keys the last one counts (JSON5), so that one is edited and all are removed
    const present = same.at(-1);
    if (change.kind === 'remove') removed.push(...same);
    else if (present !== undefined) apply(editing, present.value, change, [...path, key]);
    else {
      const value = rendered(editing, node, node.members, built(change, [...path, key]));
      added.push(`${renderKey(key, editing.style)}: ${value}`);
    }
  }
  changeMembers(editing, node, { members: node.members, removed: new Set(removed), added });
}

function applyToArray(
  editing: Editing,
  node: ArrayNode,
  changes: ReadonlyMap<string, Change>,
  path: KeyPath,
): void {
  const values = node.elements.map((element) => element.value);
  const added: string[] = [];
  const removed = new Set<Ranged>();
  for (const [key, change] of changes) {
    const index = /^(0|[1-9]\d*)$/.test(key) ? Number(key) : undefined;
    const here = [...path, key];
    const present = index === undefined ? undefined : values[index];
    if (change.kind === 'remove') {
      if (present !== undefined) removed.add(present);
    } else if (present !== undefined) apply(editing, present, change, here);
    else if (index !== values.length) {
      const list = formatKeyPath(path);
      const reason = index === undefined ? `${list} is a list` : `${list} has ${values.length} entries`;
      throw new OpsError('config/path', `cannot set ${formatKeyPath(here)}: ${reason}`);
    } else added.push(rendered(editing, node, values, built(change, here)));
  }
  changeMembers(editing, node, { members: values, removed, added });
}

/** A new value, over several lines when its surroundings are. */
function rendered(editing: Editing, node: Ranged, members: readonly Ranged[], value: unknown): string {
  const [open, end] = rangeOf(node);
  const isMultiLine = members.length === 0 || /[\n\r]/.test(editing.text.slice(open, end));
  const indent = isMultiLine ? memberIndent(editing, node, members[0]) : undefined;
  return renderValue(value, editing.style, indent);
}

/** Takes members out and puts new ones behind the last, keeping the commas right. */
function changeMembers(
  editing: Editing,
  node: ObjectNode | ArrayNode,
  {
    members,
    removed,
    added,
  }: { members: readonly Ranged[]; removed: ReadonlySet<Ranged>; added: readonly string[] },
): void {
  if (removed.size === 0 && added.length === 0) return;
  const kept = members.filter((member) => !removed.has(member));
  for (const member of removed) removeMember(editing, member);
  const [, closeEnd] = rangeOf(node);
  const last = members.at(-1);
  const comma = last === undefined ? undefined : tokenAfter(editing, rangeOf(last)[1], 'Comma', closeEnd);
  const lastKept = kept.at(-1);
  const isTailRemoved = last !== undefined && removed.has(last);
  if (added.length === 0) {
    // the last member went without a comma of its own: its predecessor's comma would now dangle
    if (isTailRemoved && comma === undefined && lastKept !== undefined) cutComma(editing, lastKept, closeEnd);
    return;
  }
  const needsComma = lastKept !== undefined && !isTailRemoved && comma === undefined;
  if (needsComma) insertAt(editing, rangeOf(lastKept)[1], ',');
  appendMembers(editing, node, { first: members[0], added, hasTrailingComma: comma !== undefined });
}

/** The new members come after the last comment before the closing bracket, so that comments stay with their lines. */
function appendMembers(
  editing: Editing,
  node: ObjectNode | ArrayNode,
  {
    first,
    added,
    hasTrailingComma,
  }: { first: Ranged | undefined; added: readonly string[]; hasTrailingComma: boolean },
): void {
  const [open, end] = rangeOf(node);
  const close = end - 1;
  const inside = editing.text.slice(open + 1, close);
  const isMultiLine = /[\n\r]/.test(inside) || first === undefined;
  const { newline } = editing.style;
  const lastToken = editing.tokens
    .filter((token) => rangeOf(token)[1] <= close && rangeOf(token)[0] >= open)
    .at(-1);
  const at = lastToken === undefined ? open + 1 : rangeOf(lastToken)[1];
  if (!isMultiLine) {
    const isPadded = first !== undefined && added.length > 0 && editing.text[at - 1] === ' ';
    insertAt(editing, at, `${isPadded ? '' : ' '}${added.join(', ')}${hasTrailingComma ? ',' : ''}`);
    return;
  }
  const indent = memberIndent(editing, node, first);
  const lines = added.map((text) => `${newline}${indent}${text}`).join(',');
  const rest = editing.text.slice(at, close);
  const needsBreak = !/[\n\r]/.test(rest);
  const tail = needsBreak ? `${newline}${indentAt(editing.text, open)}` : '';
  editing.splices.push({
    start: at,
    end: needsBreak ? close : at,
    insert: `${lines}${hasTrailingComma ? ',' : ''}${tail}`,
  });
}

/** Cuts the member and its comma, and its line when nothing else is on it. */
function removeMember(editing: Editing, member: Ranged): void {
  const [start, end] = rangeOf(member);
  const comma = tokenAfter(editing, end, 'Comma', editing.text.length);
  const spans: [number, number][] = [[start, end]];
  if (comma !== undefined) spans.push(rangeOf(comma));
  const { text } = editing;
  const lineStart = lastLineBreak(text, start) + 1;
  const lastEnd = comma === undefined ? end : rangeOf(comma)[1];
  const between = comma === undefined ? '' : text.slice(end, rangeOf(comma)[0]);
  const after = /^[ \t]*(\r\n|\n|\r)/.exec(text.slice(lastEnd));
  const isOwnLine = text.slice(lineStart, start).trim() === '' && after !== null && between.trim() === '';
  if (isOwnLine && lineStart > 0)
    editing.splices.push({ start: lineStart, end: lastEnd + after[0].length, insert: '' });
  else for (const [from, to] of spans) editing.splices.push({ start: from, end: to, insert: '' });
}

/** Cuts the comma behind a member, with the blanks that stood between it and what was removed. */
function cutComma(editing: Editing, member: Ranged, limit: number): void {
  const comma = tokenAfter(editing, rangeOf(member)[1], 'Comma', limit);
  if (comma === undefined) return;
  const [start, end] = rangeOf(comma);
  const blanks = /^[ \t]*(?![ \t/\n\r])/.exec(editing.text.slice(end))?.[0].length ?? 0;
  editing.splices.push({ start, end: end + blanks, insert: '' });
}

/** The next token that is no comment, when it is of the wanted type. */
function tokenAfter(editing: Editing, offset: number, type: Token['type'], limit: number): Token | undefined {
  const next = editing.tokens.find(
    (token) => rangeOf(token)[0] >= offset && token.type !== 'LineComment' && token.type !== 'BlockComment',
  );
  return next?.type === type && rangeOf(next)[1] <= limit ? next : undefined;
}

/** The value a chain of `members` describes where nothing is present yet. */
function built(change: Change, path: KeyPath): unknown {
  if (change.kind === 'replace') return change.value;
  if (change.kind === 'remove') return undefined;
  const entries = [...change.members].map(([key, inner]) => [key, built(inner, [...path, key])] as const);
  if (entries.length === 1 && entries[0]?.[0] === '0') return [entries[0][1]];
  const result: Record<string, unknown> = {};
  for (const [key, value] of entries) {
    if (/^\d+$/.test(key)) {
      throw new OpsError(
        'config/path',
        `cannot set ${formatKeyPath([...path, key])}: a new list starts at [0]`,
      );
    }
    Object.defineProperty(result, key, { value, enumerable: true, writable: true, configurable: true });
  }
  return result;
}

function memberIndent(editing: Editing, node: Ranged, first: Ranged | undefined): string {
  const own = indentAt(editing.text, rangeOf(node)[0]);
  if (first === undefined) return own + editing.style.indent;
  const start = rangeOf(first)[0];
  const lineStart = lastLineBreak(editing.text, start) + 1;
  const before = editing.text.slice(lineStart, start);
  return before.trim() === '' && lineStart > 0 ? before : own + editing.style.indent;
}

/** The blanks at the start of the line that holds `offset`. */
function indentAt(text: string, offset: number): string {
  const lineStart = lastLineBreak(text, offset) + 1;
  return /^[ \t]*/.exec(text.slice(lineStart))?.[0] ?? '';
}

function lastLineBreak(text: string, before: number): number {
  return before === 0 ? -1 : Math.max(text.lastIndexOf('\n', before - 1), text.lastIndexOf('\r', before - 1));
}

function insertAt(editing: Editing, at: number, insert: string): void {
  editing.splices.push({ start: at, end: at, insert });
}

function splice(text: string, splices: readonly Splice[]): string {
  let result = text;
  // from the end, so that earlier positions stay right; of two at one place the later one was meant to follow
  const ordered = splices
    .map((cut, index) => ({ ...cut, index }))
    .sort((a, b) => b.start - a.start || b.index - a.index);
  for (const { start, end, insert } of ordered) result = result.slice(0, start) + insert + result.slice(end);
  return result;
}

function keyOf(member: MemberNode): string {
  return member.name.type === 'String' ? member.name.value : member.name.name;
}

function tokensOf(document: DocumentNode): readonly Token[] {
  return document.tokens ?? [];
}

function rangeOf(node: Ranged): [number, number] {
  if (node.range === undefined) throw new Error('a node without range: parsed without `ranges`');
  return node.range;
}
