import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { countMemoryKills, memoryReason, preferAsVictim } from './out-of-memory.ts';

for (const [before, after, expected] of [
  [{ kills: 1, where: 'unit' }, { kills: 2, where: 'unit' }, /MemoryMax=/],
  [{ kills: 1, where: 'machine' }, { kills: 2, where: 'machine' }, /most likely this one/],
  [{ kills: 2, where: 'unit' }, { kills: 2, where: 'unit' }, /^undefined$/],
  [{ kills: 1, where: 'unit' }, { kills: 9, where: 'machine' }, /^undefined$/],
  [undefined, { kills: 9, where: 'machine' }, /^undefined$/],
] as const) {
  test(`kills ${JSON.stringify(before)}, then ${JSON.stringify(after)}: ${expected}`, () => {
    assert.match(String(memoryReason(before, after)), expected);
  });
}

test('this kernel counts its kills', () => {
  assert.ok((countMemoryKills()?.kills ?? -1) >= 0);
});

test('a command is chosen before its node host', () => {
  const child = spawn('sleep', ['60']);
  try {
    preferAsVictim(child.pid ?? 0);
    assert.equal(readFileSync(`/proc/${child.pid}/oom_score_adj`, 'utf8').trim(), '500');
  } finally {
    child.kill('SIGKILL');
  }
});
