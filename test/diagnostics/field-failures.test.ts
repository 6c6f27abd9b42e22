import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { listChapters } from '../../src/diagnostics/index.ts';
import { FIELD_FAILURES } from './field-failures.ts';

const root = join(import.meta.dirname, '..', '..');
const ids = new Set(listChapters().map(({ id }) => id));

/** Checks that no maker can bring about, and why. */
const WITHOUT_MAKER: Readonly<Record<string, string>> = {
  'lock/pid-namespace': 'it never calls anything a problem',
};

test('all hundred field failures are accounted for, each once', () => {
  assert.deepEqual(
    FIELD_FAILURES.map(({ f }) => f),
    Array.from({ length: 100 }, (_, index) => index + 1),
  );
});

test('each names a check of the doctor, or a test that shows how it is kept from happening', () => {
  for (const { f, id, checks = [id], shownBy = [] } of FIELD_FAILURES) {
    for (const check of checks) assert.ok(ids.has(check), `F-${f}: there is no check ${check}`);
    assert.ok(checks.length + shownBy.length > 0, `F-${f}`);
    for (const [file, name] of shownBy) {
      assert.ok(existsSync(join(root, file)), `F-${f}: there is no ${file}`);
      assert.ok(readFileSync(join(root, file), 'utf8').includes(name), `F-${f}: ${file} has no ${name}`);
    }
  }
});

test('each check has a problem maker, or a reason', () => {
  const without = [...ids].filter((id) => {
    const name = `${id.replace('/', '-')}.ts`;
    return (
      !existsSync(join(root, 'test/makers', name)) && !existsSync(join(root, 'test/makers/on-host', name))
    );
  });
  assert.deepEqual(
    without.toSorted(),
    Object.keys(WITHOUT_MAKER).toSorted(),
    'add test/makers/GROUP-NAME.ts for these (or test/makers/on-host/, when it needs a systemd)',
  );
});

test('docs/doctor.md has a line for each', () => {
  const text = readFileSync(join(root, 'docs/doctor.md'), 'utf8');
  for (const { f, id } of FIELD_FAILURES)
    assert.ok(
      text.includes(`| F-${String(f).padStart(2, '0')} | \`${id}\` |`),
      `F-${f}: run test/diagnostics/write-doc.ts`,
    );
});
