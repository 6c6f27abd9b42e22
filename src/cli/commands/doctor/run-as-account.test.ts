import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withoutUser } from './run-as-account.ts';

test('takes the account out of the words and leaves the rest as it was typed', () => {
  assert.deepEqual(withoutUser(['doctor', '--user', 'alice', '--json']), ['doctor', '--json']);
  assert.deepEqual(withoutUser(['--profile', 'x', 'doctor', '--user=alice', '--only', 'port']), [
    ...['--profile', 'x', 'doctor', '--only', 'port'],
  ]);
});
