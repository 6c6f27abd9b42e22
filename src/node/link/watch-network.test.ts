import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { watchNetwork } from './watch-network.ts';

function watched() {
  const world = { addresses: 'eth0 10.0.0.2', now: 0 };
  const watch = watchNetwork({ addresses: () => world.addresses, now: () => world.now });
  let changes = 0;
  watch.onChange(() => {
    changes += 1;
  });
  const pass = (ms: number) => {
    world.now += ms;
    mock.timers.tick(1_500);
    return changes;
  };
  return { world, watch, pass };
}

test('an address that comes is a change, one that goes and a quiet network are none', () => {
  mock.timers.enable({ apis: ['setInterval', 'setTimeout'] });
  const { world, watch, pass } = watched();
  assert.equal(pass(1_500), 0);
  world.addresses = '';
  assert.equal(pass(1_500), 0);
  world.addresses = 'eth0 10.0.0.2';
  assert.equal(pass(1_500), 1);
  assert.equal(pass(1_500), 1);
  watch.stop();
  mock.timers.reset();
});

test('a machine that slept is told by its clock', () => {
  mock.timers.enable({ apis: ['setInterval', 'setTimeout'] });
  const { watch, pass } = watched();
  assert.equal(pass(9_000), 0);
  assert.equal(pass(3_600_000), 1);
  watch.stop();
  mock.timers.reset();
});

test('a pause ends at a change, at its end, or when it is aborted', async () => {
  mock.timers.enable({ apis: ['setInterval', 'setTimeout'] });
  const { world, watch, pass } = watched();
  const long = watch.wait(30_000, new AbortController().signal);
  world.addresses = 'eth0 10.0.0.3';
  pass(1_500);
  await long;
  const short = watch.wait(100, new AbortController().signal);
  mock.timers.tick(100);
  await short;
  await watch.wait(30_000, AbortSignal.abort());
  watch.stop();
  mock.timers.reset();
});
