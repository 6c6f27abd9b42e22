import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hasMetStartLimit } from './start-limit.ts';

const failed = {
  activeState: 'failed',
  result: 'exit-code',
  restarts: 8,
  mainStatus: 1,
  restartPrevent: ['69', '78'],
  startLimit: { burst: 8 },
};

test('the word of systemd counts, and on 252 the number of its own restarts', () => {
  assert.ok(hasMetStartLimit({ ...failed, result: 'start-limit-hit', restarts: 0 }));
  assert.ok(hasMetStartLimit(failed));
});

test('a unit that ends with a status that forbids a restart was not stopped by the limit, however often it ran', () => {
  assert.equal(hasMetStartLimit({ ...failed, mainStatus: 78 }), false);
});

test('fewer restarts, a limit that is off and a unit that runs are no limit', () => {
  assert.equal(hasMetStartLimit({ ...failed, restarts: 7 }), false);
  assert.equal(hasMetStartLimit({ ...failed, startLimit: { burst: 0 } }), false);
  assert.equal(hasMetStartLimit({ ...failed, activeState: 'active' }), false);
});
