import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SharedRun } from './shared-run.ts';

/** Counts its runs; each ends when it is told to. */
function counted() {
  const ends: (() => void)[] = [];
  let runs = 0;
  const shared = new SharedRun(async () => {
    runs += 1;
    const mine = runs;
    await new Promise<void>((resolve) => ends.push(resolve));
    return mine;
  });
  return { shared, runs: () => runs, end: () => ends.shift()?.() };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('everybody who asks during a run gets that run', async () => {
  const { shared, runs, end } = counted();
  const asked = [shared.get(0), shared.get(0), shared.get(1_000)];
  end();
  assert.deepEqual(
    (await Promise.all(asked)).map(({ value }) => value),
    [1, 1, 1],
  );
  assert.equal(runs(), 1);
});

test('a young result is given again with its age, an old one is not', async () => {
  const { shared, end } = counted();
  const first = shared.get(0);
  end();
  await first;
  assert.equal((await shared.get(60_000)).value, 1);
  const second = shared.get(-1);
  end();
  assert.equal((await second).value, 2);
});

test('a failure is told to whoever asked and not kept', async () => {
  let runs = 0;
  const shared = new SharedRun(async () => {
    runs += 1;
    if (runs === 1) throw new Error('no');
    return runs;
  });
  await assert.rejects(shared.get(1_000), /no/);
  assert.equal((await shared.get(1_000)).value, 2);
});

test('what must not happen beside a run waits for it, and whoever asks meanwhile gets a run of afterwards', async () => {
  const { shared, runs, end } = counted();
  const order: string[] = [];
  const first = shared.get(0).then(() => order.push('run'));
  const gate = Promise.withResolvers();
  const repair = shared.exclusively(async () => {
    order.push('repair begins');
    await gate.promise;
    order.push('repair ends');
  });
  await turn();
  assert.equal(order.length, 0);
  end();
  await first;
  await turn();
  const later = shared.get(60_000).then(({ value }) => order.push(`run ${value}`));
  await turn();
  assert.equal(runs(), 1);
  gate.resolve(undefined);
  await repair;
  await turn();
  end();
  await later;
  assert.deepEqual(order, ['run', 'repair begins', 'repair ends', 'run 2']);
});
