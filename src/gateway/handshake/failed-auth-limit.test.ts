import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FailedAuthLimit } from './failed-auth-limit.ts';

const from = (source: string, credential: string, isLocal = false) => ({ source, credential, isLocal });

test('the same wrong credential is stopped after ten tries, other credentials of that address are not', () => {
  const limit = new FailedAuthLimit();
  for (let count = 0; count < 10; count += 1) limit.recordFailure(from('1.2.3.4', 'old'), 0);
  assert.ok(limit.isBlocked(from('1.2.3.4', 'old'), 1));
  assert.ok(!limit.isBlocked(from('1.2.3.4', 'right'), 1));
  assert.ok(!limit.isBlocked(from('1.2.3.4', 'old'), 60_000));
});

test('thirty guesses stop the address, and only it', () => {
  const limit = new FailedAuthLimit();
  for (let count = 0; count < 30; count += 1) limit.recordFailure(from('1.2.3.4', `guess ${count}`), 0);
  assert.ok(limit.isBlocked(from('1.2.3.4', 'anything'), 1));
  assert.ok(!limit.isBlocked(from('1.2.3.5', 'anything'), 1));
});

test('this machine is never blocked, but told that its guesses are many', () => {
  const limit = new FailedAuthLimit();
  const verdicts = Array.from({ length: 31 }, (_, count) =>
    limit.recordFailure(from('127.0.0.1', `${count}`, true), 0),
  );
  assert.deepEqual([verdicts[28], verdicts[29]], ['few', 'many']);
  assert.ok(!limit.isBlocked(from('127.0.0.1', 'x', true), 1));
  assert.deepEqual(
    limit.list(1).map(({ failures, blockedUntilMs }) => [failures, blockedUntilMs]),
    [[31, 0]],
  );
});

test('what is cleared may try again, the others still wait', () => {
  const limit = new FailedAuthLimit();
  for (const address of ['1.2.3.4', '1.2.3.5'])
    for (let count = 0; count < 10; count += 1) limit.recordFailure(from(address, 'old'), 0);
  assert.equal(limit.clear('1.2.3.4'), 2);
  assert.ok(!limit.isBlocked(from('1.2.3.4', 'old'), 1));
  assert.ok(limit.isBlocked(from('1.2.3.5', 'old'), 1));
  assert.equal(limit.clear(undefined), 2);
  assert.deepEqual(limit.list(1), []);
});

test('shows what it counted without the credential, and stays bounded', () => {
  const limit = new FailedAuthLimit();
  limit.recordFailure(from('1.2.3.4', 'super secret'), 0);
  assert.ok(!JSON.stringify(limit.list(1)).includes('secret'));
  assert.equal(limit.list(1).length, 2);
  for (let count = 0; count < 20_000; count += 1) limit.recordFailure(from(`address ${count}`, 'x'), 2);
  assert.ok(limit.list(3).length <= 10_000);
});
