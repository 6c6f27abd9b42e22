import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hasMetStartLimit } from './start-limit.ts';

const failed = {
  activeState: 'failed',
  result: 'exit-code',
  restart: 'always',
  restarts: 8,
  mainStatus: 1,
  restartPrevent: ['69', '78'],
  startLimit: { burst: 8 },
};

test('the word of systemd counts, or that it does not restart any more what it restarted', () => {
  assert.ok(hasMetStartLimit({ ...failed, result: 'start-limit-hit', restarts: 0 }));
  assert.ok(hasMetStartLimit(failed));
  // Two starts that somebody asked for counted as well.
  assert.ok(hasMetStartLimit({ ...failed, restarts: 6 }));
});

test('a unit that ends with a status that forbids a restart was not stopped by the limit, however often it ran', () => {
  assert.equal(hasMetStartLimit({ ...failed, mainStatus: 78 }), false);
});

test('no restart, a policy without one, a limit that is off and a unit that runs are no limit', () => {
  assert.equal(hasMetStartLimit({ ...failed, restarts: 0 }), false);
  assert.equal(hasMetStartLimit({ ...failed, restart: 'on-abnormal' }), false);
  assert.equal(hasMetStartLimit({ ...failed, startLimit: { burst: 0 } }), false);
  assert.equal(hasMetStartLimit({ ...failed, activeState: 'active' }), false);
});
