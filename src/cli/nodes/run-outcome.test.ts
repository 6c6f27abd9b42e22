import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readRunResult, runOutcome } from './run-outcome.ts';

const cases: [string, unknown, number][] = [
  ['success', { exitCode: 0, success: true }, 0],
  ['a remote status', { exitCode: 3 }, 3],
  ['a signal', { signal: 'SIGKILL' }, 137],
  ['a signal without a name (the real node host)', { success: false, stdout: '' }, 143],
  ['a time-out', { timedOut: true }, 124],
  ['a missing program', { error: 'spawn nope ENOENT' }, 127],
  ['a file that may not be started', { error: 'spawn /etc/passwd EACCES' }, 126],
  ['an answer that is no object', null, 143],
];

for (const [name, payload, status] of cases) {
  test(`ends with ${status} after ${name}`, () => {
    assert.equal(runOutcome(readRunResult(payload)).status, status);
  });
}
