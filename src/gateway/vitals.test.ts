import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Vitals } from './vitals.ts';

test('askers within a second share a sample; what is kept is bounded and oldest first', () => {
  let now = 1_000;
  const vitals = new Vitals(() => now);
  const first = vitals.latest();
  now += 999;
  assert.equal(vitals.latest(), first);
  now += 1;
  assert.notEqual(vitals.latest(), first);
  for (let minute = 0; minute < 100; minute += 1) {
    now += 60_000;
    vitals.record();
  }
  const times = vitals.history().map(({ atMs }) => atMs);
  assert.equal(times.length, 60);
  assert.deepEqual(
    times,
    times.toSorted((a, b) => a - b),
  );
});

test('a busy event loop is seen as busy', async () => {
  await sleep(1); // the loop counts only once it runs
  let now = 1_000;
  const vitals = new Vitals(() => now);
  vitals.latest();
  const until = performance.now() + 100;
  while (performance.now() < until);
  await new Promise(setImmediate); // a turn of the loop without a wait, which a busy machine would make long
  now += 1_000;
  const { busy, rssBytes } = vitals.latest();
  assert.ok(busy > 0.5 && busy <= 1, String(busy));
  assert.ok(rssBytes > 10_000_000);
});
