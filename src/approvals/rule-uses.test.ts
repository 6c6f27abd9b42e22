import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { ExecDecision } from './decision.ts';
import { loadPolicyFile } from './policy-store.ts';
import { readUses, recordUses, usesPath } from './rule-uses.ts';

const RUN: ExecDecision = {
  decision: 'allow',
  code: 'covered',
  reason: '',
  programs: [
    {
      words: ['curl', '--token=abcd12345'],
      path: '/usr/bin/curl',
      covered: true,
      rule: 'main: /usr/bin/curl',
      why: '',
    },
    { words: ['id'], path: '/usr/bin/id', covered: false, why: '' },
  ],
};

test('a run leaves its rule beside the policy, whose hash stays what it was', (t) => {
  const directory = fs.mkdtempSync(join(tmpdir(), 'rule-uses-'));
  t.after(() => fs.rmSync(directory, { recursive: true }));
  const path = join(directory, 'exec-approvals.json');
  fs.writeFileSync(path, '{"version":1}', { mode: 0o600 });
  const { hash } = loadPolicyFile(path);
  recordUses(path, RUN, 5);
  recordUses(path, RUN, 7);
  assert.equal(loadPolicyFile(path).hash, hash);
  const uses = readUses(path);
  assert.deepEqual(Object.keys(uses), ['main: /usr/bin/curl']);
  assert.deepEqual([uses['main: /usr/bin/curl']?.count, uses['main: /usr/bin/curl']?.lastUsedAt], [2, 7]);
  assert.doesNotMatch(fs.readFileSync(usesPath(path), 'utf8'), /abcd12345/);
});

test('a damaged file of uses is an empty one', (t) => {
  const directory = fs.mkdtempSync(join(tmpdir(), 'rule-uses-'));
  t.after(() => fs.rmSync(directory, { recursive: true }));
  const path = join(directory, 'exec-approvals.json');
  fs.writeFileSync(usesPath(path), '{"a":5}');
  assert.deepEqual(readUses(path), {});
});
