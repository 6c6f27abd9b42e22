import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { NAMES, zhDoctor } from '../../src/control-ui/text/zh-doctor/book.ts';
import { SENTENCES } from '../../src/control-ui/text/zh-doctor/sentences.ts';
import { CHECKS } from '../../src/diagnostics/checks/registry.ts';
import { evidenceNamesOf } from './evidence-names-of-source.ts';
import { isProse, literalsOf } from './literals-of-source.ts';

const ROOT = join(import.meta.dirname, '..', '..', 'src');
const CHECK_FILES = join('diagnostics', 'checks');
const SOURCES = [
  ...readdirSync(join(ROOT, CHECK_FILES))
    .filter((name) => !name.endsWith('.test.ts'))
    .map((name) => join(CHECK_FILES, name)),
  join('diagnostics', 'engine', 'make-findings.ts'),
  join('diagnostics', 'engine', 'doubt-news.ts'),
  join('supervisor', 'starter.ts'),
  join('supervisor', 'death.ts'),
  join('supervisor', 'systemd', 'exit-history.ts'),
  ...['schema.ts', 'check.ts', 'expand-environment.ts', 'foreign-keys.ts', 'load.ts'].map((name) =>
    join('state', 'config', name),
  ),
];
const literals = new Map(
  SOURCES.flatMap((name) =>
    [...literalsOf(readFileSync(join(ROOT, name), 'utf8'))].map((text) => [text, name] as const),
  ),
);
const keys = new Set(Object.keys(SENTENCES).map((key) => key.replace(/(\{\d\})+/g, '{}')));

test('every sentence a check can say is there in Chinese', () => {
  const missing = [...literals].filter(([text]) => isProse(text) && !keys.has(text));
  assert.deepEqual(missing, [], 'add these to src/control-ui/text/zh-doctor, with {1}, {2}, … for each {}');
});

test('no sentence is kept in Chinese that no check says any more', () => {
  assert.deepEqual(
    [...keys].filter((key) => !literals.has(key)),
    [],
    'take these out of src/control-ui/text/zh-doctor',
  );
});

test('both languages fill in the same values', () => {
  const values = (text: string) => [...text.matchAll(/\{\d\}/g)].map(([value]) => value).sort();
  for (const [english, other] of Object.entries(SENTENCES))
    assert.deepEqual(values(other), values(english), english);
});

test('title, reason, chapter and risk of every check are Chinese in the Chinese page', () => {
  for (const { id, title, why, manual, fixRisk } of CHECKS)
    for (const text of [title, why, manual, fixRisk ?? title])
      assert.match(zhDoctor(text), /\p{Script=Han}/u, id);
});

test('every name that a check gives a value is there in Chinese, and no other', () => {
  const checks = SOURCES.filter((name) => name.startsWith(CHECK_FILES)).map((name) =>
    readFileSync(join(ROOT, name), 'utf8'),
  );
  const said = evidenceNamesOf(checks);
  // The page leaves these out: the remedies say them.
  for (const name of ['approveWith', 'remedies', 'remedy', 'restart', 'serve'])
    assert.ok(said.delete(name), `${name} is no name any more`);
  const missing = [...said].filter((name) => !Object.hasOwn(NAMES, name));
  assert.deepEqual(missing, [], 'add these to src/control-ui/text/zh-doctor/names.ts');
  const dead = Object.keys(NAMES).filter((name) => !said.has(name));
  assert.deepEqual(dead, []);
});
