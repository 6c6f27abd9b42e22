import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { startProgram } from './program.ts';

test('as pid 1 it reaps orphans, hands signals on and ends with the status of the program', async (t) => {
  if (process.getuid?.() !== 0) return t.skip('needs root to make a pid namespace');
  const prefix = ['unshare', '--pid', '--mount', '--fork', '--kill-child', '--mount-proc'];
  const container = startProgram(t, 'container-main.ts', [], { prefix });
  assert.equal((await container.until('main')).parent, 1);
  assert.equal((await container.until('counted')).zombies, 0);
  const init = readFileSync(`/proc/${container.pid}/task/${container.pid}/children`, 'latin1').trim();
  process.kill(Number(init), 'SIGTERM');
  assert.equal((await container.exited).code, 7);
});
