import assert from 'node:assert/strict';
import { test } from 'node:test';
import { effectiveSettings } from './effective-settings.ts';
import { addEntry, entriesOf, removeEntry } from './policy-edit.ts';
import type { PolicyFile } from './policy-schema.ts';

const EMPTY: PolicyFile = { version: 1 };
const options = { now: 5, newId: () => 'id' };

test('adds an entry once and removes it again', () => {
  const spec = { pattern: '/usr/bin/uname' };
  const added = addEntry(EMPTY, { scope: '*', spec, ...options });
  assert.ok(added.kind === 'added');
  assert.deepEqual(added.file.agents?.['*'], {
    allowlist: [{ id: 'id', pattern: '/usr/bin/uname', lastUsedAt: 5 }],
  });
  assert.equal(addEntry(added.file, { scope: '*', spec, ...options }).kind, 'present');
  const removed = removeEntry(added.file, { scope: '*', spec });
  assert.deepEqual(removed && entriesOf(removed, '*'), []);
  assert.equal(removeEntry(EMPTY, { scope: '*', spec }), undefined);
});

test('an entry with arguments stands where a real Clawdbot does not read it as an entry without', () => {
  const added = addEntry(EMPTY, {
    scope: 'main',
    spec: { pattern: '/usr/bin/git', args: ['status'] },
    ...options,
  });
  assert.ok(added.kind === 'added');
  assert.equal(added.file.agents?.main?.allowlist, undefined);
  assert.deepEqual(effectiveSettings(added.file).rules, [
    { pattern: '/usr/bin/git', args: ['status'], id: 'id', scope: 'main' },
  ]);
});

for (const spec of [
  { pattern: 'uname' },
  { pattern: '' },
  { pattern: '**/uname' },
  { pattern: '/usr/bin/git', argPattern: '(' },
  { pattern: '/usr/bin/git', argPattern: 'a', args: ['a'] },
]) {
  test(`refuses an entry that could never match: ${JSON.stringify(spec)}`, () => {
    assert.equal(addEntry(EMPTY, { scope: 'main', spec, ...options }).kind, 'refused');
  });
}

test('a scope may have any name', () => {
  const added = addEntry(EMPTY, { scope: '__proto__', spec: { pattern: '/x' }, ...options });
  assert.ok(added.kind === 'added');
  assert.equal(effectiveSettings(added.file, { agentId: '__proto__' }).rules.length, 1);
  assert.equal(effectiveSettings(added.file).rules.length, 0);
});
