import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { test } from 'node:test';

const root = join(import.meta.dirname, '..');
const source = join(root, 'src');

/** What each floor may import, besides itself. The picture is in ARCHITECTURE.md. */
const FLOORS: Readonly<Record<string, readonly string[]>> = {
  protocol: [],
  state: [],
  approvals: ['protocol', 'state'],
  supervisor: ['protocol', 'state'],
  gateway: ['approvals', 'supervisor', 'protocol', 'state'],
  node: ['approvals', 'supervisor', 'protocol', 'state'],
  diagnostics: ['approvals', 'supervisor', 'protocol', 'state'],
  'control-ui': ['protocol'],
  cli: ['gateway', 'node', 'diagnostics', 'approvals', 'supervisor', 'protocol', 'state'],
  '': ['gateway', 'node', 'diagnostics', 'approvals', 'supervisor', 'protocol', 'state'],
};

/** Protocol is shared with the page; only `protocol/host` may need Node. */
const PURE = /^protocol\/(?!host\/)/;

type Import = { from: string; to: string };

const files = globSync('**/*.{ts,tsx}', { cwd: source }).filter((file) => !/\.test\.tsx?$/.test(file));
const imports: Import[] = files.flatMap((from) =>
  [...readFileSync(join(source, from), 'utf8').matchAll(/(?:from|import\()\s*'([^']+)'/g)].flatMap(
    ([, to]) =>
      to === undefined
        ? []
        : [{ from, to: to.startsWith('.') ? relative(source, join(source, dirname(from), to)) : to }],
  ),
);
const local = imports.filter(({ to }) => files.includes(to));
const floorOf = (file: string): string => (file.includes(sep) ? (file.split(sep)[0] ?? '') : '');

test('arrows between floors point downwards only', () => {
  const wrong = local.filter(({ from, to }) => {
    const floor = floorOf(from);
    return floorOf(to) !== floor && !FLOORS[floor]?.includes(floorOf(to));
  });
  assert.deepEqual(wrong, []);
});

test('a folder with an index.ts is entered from outside only through it', () => {
  const wrong = local.filter(({ from, to }) => {
    let folder = dirname(to);
    while (folder !== '.' && !files.includes(join(folder, 'index.ts'))) folder = dirname(folder);
    return folder !== '.' && relative(folder, from).startsWith('..') && to !== join(folder, 'index.ts');
  });
  assert.deepEqual(wrong, []);
});

test('the part of the protocol that the page shares imports nothing from Node', () => {
  assert.deepEqual(
    imports.filter(({ from, to }) => PURE.test(from) && (to.startsWith('node:') || to === 'ws')),
    [],
  );
});

test('imports form no cycle', () => {
  const graph = new Map<string, string[]>();
  for (const { from, to } of local) graph.set(from, [...(graph.get(from) ?? []), to]);
  const done = new Set<string>();
  const walk = (file: string, path: readonly string[]): void => {
    const start = path.indexOf(file);
    assert.equal(start, -1, `cycle: ${[...path.slice(start), file].join(' -> ')}`);
    if (done.has(file)) return;
    for (const next of graph.get(file) ?? []) walk(next, [...path, file]);
    done.add(file);
  };
  for (const file of files) walk(file, []);
});

test('no file hides behind a name that says nothing', () => {
  assert.deepEqual(
    files.filter((file) => /(^|\/)(utils?|helpers?|common|misc|shared)(\.|\/)/.test(file)),
    [],
  );
});
