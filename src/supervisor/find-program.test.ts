import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { findProgram } from './find-program.ts';

test('entries of PATH that lead nowhere, to a directory or may not be entered are passed over', (t) => {
  const root = mkdtempSync(join(tmpdir(), 'find-program-'));
  t.after(() => rmSync(root, { recursive: true }));
  mkdirSync(join(root, 'a/tool'), { recursive: true });
  mkdirSync(join(root, 'b'));
  writeFileSync(join(root, 'b/tool'), '', { mode: 0o755 });
  // A loop stands for a directory that may not be entered: root, who runs the tests, may enter every one.
  symlinkSync('loop', join(root, 'loop'));
  const searchPath = ['relative', 'absent', 'loop', 'a', 'b']
    .map((name) => (name === 'relative' ? name : join(root, name)))
    .join(':');
  assert.deepEqual(findProgram('tool', { cwd: root, searchPath }), {
    kind: 'found',
    path: join(root, 'b/tool'),
  });
  chmodSync(join(root, 'b/tool'), 0o644);
  assert.deepEqual(findProgram('tool', { cwd: root, searchPath }), {
    kind: 'forbidden',
    path: join(root, 'b/tool'),
  });
  assert.deepEqual(findProgram('b/none', { cwd: root, searchPath }), { kind: 'missing' });
});
