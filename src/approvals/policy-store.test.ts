import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { replacePolicyFile } from './policy-store.ts';

const file = { version: 1 };

function scratchPath(t: { after(undo: () => void): void }): string {
  const directory = mkdtempSync(join(tmpdir(), 'clawdbot-policy-store-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  return join(directory, 'exec-approvals.json');
}

test('refuses the hash of a file that has gone since it was read', (t) => {
  const path = scratchPath(t);
  const outcome = replacePolicyFile(path, { file, baseHash: 'ab'.repeat(32), speaker: 'gateway' });
  assert.deepEqual(outcome, {
    kind: 'refused',
    because: 'hash-stale',
    message: 'exec approvals changed since last load; re-run exec.approvals.get and retry',
  });
  assert.equal(existsSync(path), false);
});

test('a first write needs no hash, every later one needs the present one', (t) => {
  const path = scratchPath(t);
  const first = replacePolicyFile(path, { file, speaker: 'gateway' });
  assert.equal(first.kind, 'replaced');
  const unseen = replacePolicyFile(path, { file, speaker: 'node' });
  assert.equal(unseen.kind === 'refused' ? unseen.because : unseen.kind, 'hash-missing');
  const baseHash = first.kind === 'replaced' ? first.snapshot.hash : '';
  assert.equal(replacePolicyFile(path, { file, baseHash, speaker: 'node' }).kind, 'replaced');
});
