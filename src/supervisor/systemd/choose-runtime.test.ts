import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { chooseInterpreter } from './choose-runtime.ts';

/** Only what root has put there counts as system-wide. */
const skip = process.getuid?.() === 0 ? false : 'needs root, who alone can install for everybody';

test('each candidate is asked for its own version: an old one in front does not speak for the next', {
  skip,
}, async (t) => {
  const [old, fitting] = [nodeOf(t, 'v18.20.4'), nodeOf(t, 'v24.1.0')];
  assert.deepEqual(await chooseInterpreter('/elsewhere/node', [old, fitting]), { path: fitting, notes: [] });
  assert.equal((await chooseInterpreter('/elsewhere/node', [old])).path, '/elsewhere/node');
});

test('the running interpreter is known without starting it', { skip }, async (t) => {
  const running = nodeOf(t, 'nothing that is read');
  assert.equal((await chooseInterpreter(running, [running])).path, running);
});

test('one that will not last is chosen with a remark', async () => {
  const running = '/home/alice/.nvm/versions/node/v24.1.0/bin/node';
  const { path, notes } = await chooseInterpreter(running, []);
  assert.deepEqual([path, notes.map(({ id }) => id)], [running, ['unit/runtime-gone']]);
});

function nodeOf(t: TestContext, version: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'clawdbot-runtime-'));
  t.after(() => rmSync(directory, { recursive: true }));
  mkdirSync(join(directory, 'bin'), { mode: 0o755 });
  writeFileSync(join(directory, 'bin', 'node'), `#!/bin/sh\necho ${version}\n`, { mode: 0o755 });
  return join(directory, 'bin', 'node');
}
