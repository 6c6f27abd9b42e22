import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { diffLines } from './diff-lines.ts';
import { mergeUnit } from './merge-unit.ts';
import { parseBlocks, writeSections } from './unit-blocks.ts';

const base =
  '[Unit]\nDescription=x\n\n[Service]\nExecStart=/a\n# why\nRestart=always\n\n[Install]\nWantedBy=default.target\n';

test('without hand edits the result is what is generated', () => {
  const theirs = base.replace('/a', '/b');
  assert.deepEqual(mergeUnit({ base, mine: base, theirs }), { text: theirs, kept: [], conflicts: [] });
});

test('a changed, an added and a removed key stay as the hand left them', () => {
  const mine = base
    .replace('Restart=always', 'Restart=no')
    .replace('ExecStart=/a', 'ExecStart=/a\n# mine\nEnvironmentFile=/etc/x')
    .replace('WantedBy=default.target\n', '');
  const theirs = base.replace('Description=x', 'Description=y');
  const merged = mergeUnit({ base, mine, theirs });
  assert.equal(merged.text, mine.replace('Description=x', 'Description=y'));
  assert.deepEqual(
    merged.kept,
    ['Service.EnvironmentFile', 'Service.Restart', 'Install.WantedBy'].sort(
      (a, b) => merged.kept.indexOf(a) - merged.kept.indexOf(b),
    ),
  );
  assert.deepEqual(merged.conflicts, []);
});

test('a key changed on both sides stays as the hand left it and is reported', () => {
  const merged = mergeUnit({ base, mine: base.replace('/a', '/mine'), theirs: base.replace('/a', '/new') });
  assert.match(merged.text, /^ExecStart=\/mine$/m);
  assert.deepEqual(merged.conflicts, [{ key: 'Service.ExecStart', yours: ['/mine'], generated: ['/new'] }]);
});

test('a section of its own survives', () => {
  const mine = `${base}\n[X-Mine]\nA=1\n`;
  assert.match(mergeUnit({ base, mine, theirs: base }).text, /\[X-Mine\]\nA=1\n$/);
});

test('a comment written by hand survives', () => {
  const mine = base.replace('# why', '# because');
  assert.match(mergeUnit({ base, mine, theirs: base }).text, /# because\nRestart=always/);
});

const unit = fc
  .array(
    fc.tuple(
      fc.constantFrom('Unit', 'Service', 'Install'),
      fc.array(
        fc.tuple(
          fc.constantFrom('A', 'B', 'C', 'D'),
          fc.string({ unit: fc.constantFrom('x', 'y', ' ', '=') }),
        ),
        { maxLength: 5 },
      ),
    ),
    { maxLength: 3 },
  )
  .map((sections) =>
    [...new Map(sections)]
      .map(([name, keys]) => `[${name}]\n${keys.map(([key, value]) => `${key}=${value.trim()}\n`).join('')}`)
      .join('\n'),
  );

test('merging again changes nothing; edits never touch what was not edited', () => {
  fc.assert(
    fc.property(unit, unit, unit, (first, mine, theirs) => {
      const once = mergeUnit({ base: first, mine, theirs });
      // The second install: generated text is remembered, the merged text is on disk.
      const twice = mergeUnit({ base: theirs, mine: once.text, theirs });
      assert.equal(twice.text, once.text);
      assert.deepEqual(twice.conflicts, []);
      assert.deepEqual(mergeUnit({ base: first, mine: first, theirs }).kept, []);
    }),
    { numRuns: 500 },
  );
});

test('units are cut and put together without loss', () => {
  const golden = join(import.meta.dirname, '../../../test/systemd/golden');
  for (const name of readdirSync(golden, { recursive: true, encoding: 'utf8' })) {
    if (!/\.(service|socket)$/.test(name)) continue;
    const text = readFileSync(join(golden, name), 'utf8');
    assert.equal(writeSections(parseBlocks(text)), text);
  }
});

test('a diff shows changed lines with their surroundings', () => {
  assert.equal(diffLines('a\nb\nc\nd\ne\nf\n', 'a\nb\nc\nD\ne\nf\n', 1), ' c\n-d\n+D\n e');
  assert.equal(diffLines('same\n', 'same\n'), '');
  assert.equal(diffLines('', 'new\n'), '+new');
  assert.equal(diffLines('1\n2\n3\n4\n5\n', 'x\n2\n3\n4\ny\n', 0), '-1\n+x\n…\n-5\n+y');
});
