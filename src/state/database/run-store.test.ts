import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { temporaryPath } from '../../../test/state/temporary-path.ts';
import { openDatabase, type Store } from './open.ts';
import { HISTORY_LIFE_MS, MAX_RESULT_BYTES, RESULT_BUDGET_BYTES } from './run-store.ts';

const START = {
  requester: 'd1',
  idempotencyKey: 'k1',
  nodeId: 'n1',
  command: 'system.run',
  fingerprint: 'f',
  atMs: 1,
};

function freshRuns(t: TestContext): Store['runs'] {
  const store = openDatabase(temporaryPath(t, 'db.sqlite'));
  t.after(() => store.close());
  return store.runs;
}

test('one key runs once: then it is running, then it is replayed', (t) => {
  const runs = freshRuns(t);
  const first = runs.begin(START);
  assert.equal(first.kind, 'new');
  assert.equal(runs.begin(START).kind, 'running');
  assert.equal(runs.finish(first.run.runId, { atMs: 5, resultJson: '{"ok":true}' }), true);
  const replay = runs.begin(START);
  assert.equal(replay.kind, 'finished');
  assert.equal(replay.run.resultJson, '{"ok":true}');
  assert.equal(runs.finish(first.run.runId, { atMs: 6, resultJson: '{}' }), false);
});

test('the same key for something else is a conflict, the same key of somebody else is his own', (t) => {
  const runs = freshRuns(t);
  runs.begin(START);
  assert.equal(runs.begin({ ...START, fingerprint: 'other' }).kind, 'conflict');
  assert.equal(runs.begin({ ...START, requester: 'd2' }).kind, 'new');
});

test('what was running when the gateway died is lost, is told once, and never runs again', (t) => {
  const runs = freshRuns(t);
  const { run } = runs.begin(START);
  assert.deepEqual(
    runs.loseRunning(9).map(({ runId, state }) => [runId, state]),
    [[run.runId, 'lost']],
  );
  assert.deepEqual(runs.loseRunning(10), []);
  const again = runs.begin(START);
  assert.equal(again.kind, 'finished');
  assert.equal(again.run.resultJson, undefined);
});

test('a result that is too large is not kept, the fact that it ran is', (t) => {
  const runs = freshRuns(t);
  const { run } = runs.begin(START);
  runs.finish(run.runId, { atMs: 2, resultJson: JSON.stringify('x'.repeat(MAX_RESULT_BYTES)) });
  assert.equal(runs.begin(START).kind, 'finished');
  assert.equal(runs.get(run.runId)?.resultJson, undefined);
});

test('pruning drops old history and the oldest results beyond the budget', (t) => {
  const runs = freshRuns(t);
  const big = JSON.stringify('x'.repeat(MAX_RESULT_BYTES - 10));
  const count = Math.ceil(RESULT_BUDGET_BYTES / big.length) + 2;
  const ids = Array.from({ length: count }, (_, n) => {
    const { run } = runs.begin({ ...START, idempotencyKey: `k${n}`, atMs: n });
    runs.finish(run.runId, { atMs: n, resultJson: big });
    return run.runId;
  });
  runs.prune(count);
  assert.equal(runs.get(ids[0] ?? '')?.resultJson, undefined);
  assert.equal(runs.get(ids.at(-1) ?? '')?.resultJson, big);
  runs.prune(HISTORY_LIFE_MS + 5);
  assert.equal(runs.get(ids[4] ?? ''), undefined);
  assert.notEqual(runs.get(ids[5] ?? ''), undefined);
});

test('history is listed newest first and by node, requester and state', (t) => {
  const runs = freshRuns(t);
  for (const [n, nodeId] of ['n1', 'n2', 'n1'].entries()) {
    runs.begin({ ...START, idempotencyKey: `k${n}`, nodeId, atMs: n });
  }
  assert.deepEqual(
    runs.list().map(({ idempotencyKey }) => idempotencyKey),
    ['k2', 'k1', 'k0'],
  );
  assert.deepEqual(
    runs.list({ nodeId: 'n1' }).map(({ startedAtMs }) => startedAtMs),
    [2, 0],
  );
  assert.deepEqual(runs.list({ requester: 'zz' }), []);
  assert.equal(runs.list({ state: 'running', limit: 1 }).length, 1);
});
