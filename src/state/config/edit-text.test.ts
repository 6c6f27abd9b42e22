import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Change, changeAt, mergePatchChange } from './edit-change.ts';
import { editText } from './edit-text.ts';
import { type KeyPath, parseKeyPath } from './key-path.ts';
import { parseJson5 } from './parse.ts';
import { isPlainObject } from './plain-object.ts';

const set = (path: string, value: unknown): Change =>
  changeAt(parseKeyPath(path), { kind: 'replace', value });
const unset = (path: string): Change => changeAt(parseKeyPath(path), { kind: 'remove' });

const layouts: { name: string; before: string; change: Change; after: string }[] = [
  {
    name: 'replaces a value and nothing else',
    before: '{\n  // why\n  gateway: {port: 1 /* one */}, // end\n}\n',
    change: set('gateway.port', 2),
    after: '{\n  // why\n  gateway: {port: 2 /* one */}, // end\n}\n',
  },
  {
    name: 'adds behind the last comment, in the style of the file',
    before: '{\n    a: 1, // one\n    b: 2 // two\n    // end\n}\n',
    change: set('c', { d: [1] }),
    after:
      '{\n    a: 1, // one\n    b: 2, // two\n    // end\n    c: {\n        d: [\n            1\n        ]\n    }\n}\n',
  },
  {
    name: 'keeps a trailing comma trailing',
    before: '{\n\t"a": 1,\n}',
    change: set('b', 2),
    after: '{\n\t"a": 1,\n\t"b": 2,\n}',
  },
  {
    name: 'stays on one line',
    before: '{a: {b: 1}}',
    change: set('a.c', [1, 2]),
    after: '{a: {b: 1, c: [1, 2]}}',
  },
  {
    name: 'keeps CRLF',
    before: '{\r\n  "a": 1\r\n}\r\n',
    change: set('b', 2),
    after: '{\r\n  "a": 1,\r\n  "b": 2\r\n}\r\n',
  },
  { name: 'keeps a byte-order mark', before: '\uFEFF{"a": 1}', change: set('a', 2), after: '\uFEFF{"a": 2}' },
  {
    name: 'appends to a list',
    before: '{a: [\n  1,\n  2\n]}',
    change: set('a[2]', 3),
    after: '{a: [\n  1,\n  2,\n  3\n]}',
  },
  {
    name: 'starts a list',
    before: '{}\n',
    change: set('a.b[0]', 'x'),
    after: '{\n  "a": {\n    "b": [\n      "x"\n    ]\n  }\n}\n',
  },
  {
    name: 'takes a line out',
    before: '{\n  "a": 1,\n  "b": 2\n}\n',
    change: unset('a'),
    after: '{\n  "b": 2\n}\n',
  },
  {
    name: 'leaves no comma behind',
    before: '{\n  "a": 1,\n  "b": 2\n}\n',
    change: unset('b'),
    after: '{\n  "a": 1\n}\n',
  },
  {
    name: 'edits the last of two equal keys',
    before: '{a: 1, a: 2}',
    change: set('a', 3),
    after: '{a: 1, a: 3}',
  },
  {
    name: 'removes both of two equal keys',
    before: '{a: 1, b: 0, a: 2}',
    change: unset('a'),
    after: '{ b: 0}',
  },
  {
    name: 'puts an object in the place of null',
    before: '{a: null}',
    change: set('a.b', 1),
    after: '{a: {\n  b: 1\n}}',
  },
];

for (const { name, before, change, after } of layouts) {
  test(name, () => {
    assert.equal(editText(before, change), after);
  });
}

test('refuses a path through a value that has no members, naming both', () => {
  assert.throws(() => editText('{gateway: {port: 1}}', set('gateway.port.x', 1)), {
    code: 'config/path',
    message: 'cannot set gateway.port.x: gateway.port is a number, not an object',
  });
  assert.throws(() => editText('{a: [1]}', set('a[3]', 1)), { message: 'cannot set a[3]: a has 1 entries' });
  assert.throws(() => editText('{a: [1]}', set('a.b', 1)), { message: 'cannot set a.b: a is a list' });
  assert.throws(() => editText('{}', set('a[1]', 1)), {
    message: 'cannot set a[1]: a new list starts at [0]',
  });
});

test('refuses to edit what is no JSON5, showing the place', () => {
  assert.throws(() => editText('{\n  a: 1\n  b: 2\n}', set('a', 2)), {
    code: 'config/invalid',
    message: 'cannot edit the config: Unexpected token Identifier found at line 3, column 3\n    b: 2\n    ^',
  });
});

test('a set value is there, everything else is as before, and every comment is still there in order', () => {
  fc.assert(
    fc.property(objects, fc.infiniteStream(gaps), paths, values, (object, gap, path, value) => {
      const before = write(object, gap);
      const expected = modelSet(object, path, value);
      if (expected === undefined) return;
      const after = editText(before, changeAt(path, { kind: 'replace', value }));
      assertReads(after, expected);
      assertComments(after, before, path, 'value');
    }),
    { numRuns: 3_000 },
  );
});

test('a removed key is gone, everything else is as before, and every comment outside it is still there', () => {
  fc.assert(
    fc.property(objects, fc.infiniteStream(gaps), fc.nat(), (object, gap, choice) => {
      const present = pathsOf(object);
      const path = present[choice % Math.max(1, present.length)];
      if (path === undefined) return;
      const before = write(object, gap);
      const after = editText(before, changeAt(path, { kind: 'remove' }));
      assertReads(after, modelRemove(object, path));
      assertComments(after, before, path, 'member');
    }),
    { numRuns: 2_000 },
  );
});

test('a merge patch gives what RFC 7396 says, and a patch that changes nothing changes no byte', () => {
  fc.assert(
    fc.property(objects, objects, fc.infiniteStream(gaps), (object, patch, gap) => {
      const before = write(object, gap);
      const after = editText(before, mergePatchChange(object, patch));
      assertReads(after, mergePatch(object, patch));
      assert.equal(editText(after, mergePatchChange(mergePatch(object, patch), withoutNulls(patch))), after);
    }),
    { numRuns: 2_000 },
  );
});

const keys = fc.oneof(
  fc.constantFrom(
    'gateway',
    'port',
    'a',
    'b',
    'c',
    '__proto__',
    'constructor',
    'key.with.dot',
    'ключ',
    '',
    '0',
  ),
  fc.string({ maxLength: 6 }),
);
const values = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    fc.constantFrom(null, true, false, 0, 1.5, -7, 'text', '', '"quoted"', 'two\nlines', '\u2028'),
    fc.integer(),
    fc.string(),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.array(fc.tuple(keys, tie('value')), { maxLength: 3 }).map(objectOf),
  ),
})).value;
const objects = fc
  .array(fc.tuple(fc.oneof(fc.constantFrom('gateway', 'a', 'b'), keys), values), { maxLength: 5 })
  .map(objectOf);
const paths = fc.array(fc.oneof(fc.constantFrom('gateway', 'a', 'b', 'c', 'new'), keys), {
  minLength: 1,
  maxLength: 3,
});
const gaps = fc.constantFrom('', '', ' ', '\n', '\r\n', '\t', '\n    ', '//', '/**/', '//\n  ');

function objectOf(entries: readonly (readonly [string, unknown])[]): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const [key, value] of entries) {
    Object.defineProperty(result, key, { value, enumerable: true, writable: true, configurable: true });
  }
  return result;
}

/** Writes a value with odd but legal layout; every comment carries a number. */
function write(value: unknown, gap: Iterator<string>): string {
  let comments = 0;
  const space = (): string => {
    const kind = String(gap.next().value);
    if (!kind.startsWith('/')) return kind;
    const comment = kind.startsWith('//') ? `// c${comments}.` : `/* c${comments}. */`;
    comments += 1;
    return kind.startsWith('//') ? `${comment}${kind === '//' ? '\n' : kind.slice(2)}` : comment;
  };
  const list = (open: string, parts: (() => string)[], close: string): string => {
    const body = parts.map((part, index) => {
      const inner = space() + part() + space();
      const isLast = index === parts.length - 1;
      return isLast && String(gap.next().value) !== '\t' ? inner : `${inner},`;
    });
    return `${open}${body.join('')}${space()}${close}`;
  };
  const render = (item: unknown): string => {
    if (Array.isArray(item))
      return list(
        '[',
        item.map((child) => () => render(child)),
        ']',
      );
    if (!isPlainObject(item)) return JSON.stringify(item);
    const members = Object.entries(item).map(([key, child]) => () => {
      const isBare = /^[a-z]+$/.test(key) && String(gap.next().value) === '';
      return `${isBare ? key : JSON.stringify(key)}${space()}:${space()}${render(child)}`;
    });
    return list('{', members, '}');
  };
  return space() + render(value) + space();
}

function assertReads(text: string, expected: unknown): void {
  const parsed = parseJson5(text);
  assert.equal(parsed.kind, 'parsed', text);
  if (parsed.kind === 'parsed')
    assert.deepStrictEqual(parsed.value, JSON.parse(JSON.stringify(expected)), text);
}

/** All comments but those inside the cut-out range are there, in their order. */
function assertComments(after: string, before: string, path: KeyPath, what: 'value' | 'member'): void {
  const range = rangeAt(before, path, what);
  const kept = commentIds(range === undefined ? before : before.slice(0, range[0]) + before.slice(range[1]));
  assert.deepEqual(
    commentIds(after).filter((id) => kept.includes(id)),
    kept,
    `${before}\n---\n${after}`,
  );
}

function commentIds(text: string): string[] {
  return [...text.matchAll(/(?:\/\/|\/\*) (c\d+\.)/g)].map((match) => match[1] ?? '');
}

/** Where the value (or the whole member) at a path stands, if it is there. */
function rangeAt(
  text: string,
  path: KeyPath,
  what: 'value' | 'member',
): readonly [number, number] | undefined {
  const parsed = parseJson5(text);
  let node = parsed.kind === 'parsed' ? parsed.document.body : undefined;
  let whole: readonly [number, number] | undefined;
  for (const part of path) {
    if (node?.type === 'Array') {
      node = node.elements[Number(part)]?.value;
      whole = node?.range;
      continue;
    }
    if (node?.type !== 'Object') return undefined;
    const member = node.members.find(
      ({ name }) => (name.type === 'String' ? name.value : name.name) === part,
    );
    node = member?.value;
    whole = member?.range;
  }
  return what === 'value' ? node?.range : whole;
}

function modelSet(root: Record<string, unknown>, path: KeyPath, value: unknown): unknown {
  const copy = structuredCopy(root);
  let here: unknown = copy;
  for (const [depth, part] of path.entries()) {
    if (!isPlainObject(here)) return undefined;
    if (depth === path.length - 1) define(here, part, value);
    else {
      // a new list and numbered keys have their own tests
      if (/^\d+$/.test(path[depth + 1] ?? '')) return undefined;
      const next = Object.hasOwn(here, part) ? here[part] : undefined;
      if (next === undefined || next === null) define(here, part, {});
      here = Object.getOwnPropertyDescriptor(here, part)?.value;
    }
  }
  return copy;
}

function modelRemove(root: Record<string, unknown>, path: KeyPath): unknown {
  const copy = structuredCopy(root);
  const last = path.at(-1) ?? '';
  let parent: unknown = copy;
  for (const part of path.slice(0, -1)) parent = Object.getOwnPropertyDescriptor(parent, part)?.value;
  if (Array.isArray(parent)) parent.splice(Number(last), 1);
  else if (isPlainObject(parent)) delete parent[last];
  return copy;
}

function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isPlainObject(patch)) return patch;
  const result = isPlainObject(target) ? { ...target } : {};
  for (const key of isPlainObject(target) ? Object.keys(target) : []) define(result, key, own(target, key));
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else define(result, key, mergePatch(own(result, key), value));
  }
  return result;
}

function withoutNulls(value: unknown): unknown {
  if (!isPlainObject(value)) return value;
  return objectOf(
    Object.entries(value)
      .filter(([, child]) => child !== null)
      .map(([key, child]) => [key, withoutNulls(child)] as const),
  );
}

function pathsOf(value: unknown, path: readonly string[] = []): string[][] {
  const entries = Array.isArray(value)
    ? [...value.entries()]
    : isPlainObject(value)
      ? Object.entries(value)
      : [];
  return entries.flatMap(([key, child]) => [
    [...path, String(key)],
    ...pathsOf(child, [...path, String(key)]),
  ]);
}

function own(object: unknown, key: string): unknown {
  return isPlainObject(object) && Object.hasOwn(object, key) ? object[key] : undefined;
}

function define(object: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true });
}

function structuredCopy<T>(value: T): T {
  return JSON.parse(JSON.stringify(value));
}
