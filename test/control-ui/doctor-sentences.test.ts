import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { zhDoctor } from '../../src/control-ui/text/zh-doctor/book.ts';
import { SENTENCES } from '../../src/control-ui/text/zh-doctor/sentences.ts';
import { CHECKS } from '../../src/diagnostics/checks/registry.ts';
import { isProse, literalsOf } from './literals-of-source.ts';

const ROOT = join(import.meta.dirname, '..', '..', 'src');
const CHECK_FILES = join('diagnostics', 'checks');
const SOURCES = [
  ...readdirSync(join(ROOT, CHECK_FILES))
    .filter((name) => !name.endsWith('.test.ts'))
    .map((name) => join(CHECK_FILES, name)),
  join('diagnostics', 'engine', 'make-findings.ts'),
  join('supervisor', 'starter.ts'),
  join('supervisor', 'death.ts'),
  join('supervisor', 'systemd', 'exit-history.ts'),
];
const literals = new Map(
  SOURCES.flatMap((name) =>
    [...literalsOf(readFileSync(join(ROOT, name), 'utf8'))].map((text) => [text, name] as const),
  ),
);
const keys = new Set(Object.keys(SENTENCES).map((key) => key.replace(/(\{\d\})+/g, '{}')));

test('every sentence a check can say is there in Chinese', () => {
  const missing = [...literals].filter(([text]) => isProse(text) && !keys.has(text));
  assert.deepEqual(missing, [], 'add these to src/control-ui/text/zh-doctor');
});

test('no sentence is kept in Chinese that no check says any more', () => {
  assert.deepEqual(
    [...keys].filter((key) => !literals.has(key)),
    [],
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
