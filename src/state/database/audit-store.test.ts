import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { temporaryPath } from '../../../test/state/temporary-path.ts';
import { openDatabase } from './open.ts';

function trail(t: TestContext, rows: number): string {
  const path = temporaryPath(t, 'db.sqlite');
  const store = openDatabase(path);
  for (let n = 1; n <= rows; n += 1) {
    store.audit.append({
      atMs: n,
      actor: n % 2 ? 'cli' : 'page',
      action: 'device.approve',
      subject: `d${n}`,
      detail: { n },
    });
  }
  store.close();
  return path;
}

function tamper(path: string, sql: string): void {
  const database = new DatabaseSync(path);
  database.exec(`DROP TRIGGER audit_no_update; DROP TRIGGER audit_no_delete; ${sql}`);
  database.close();
}

test('an untouched trail is intact, over more than one page', (t) => {
  const store = openDatabase(trail(t, 1));
  t.after(() => store.close());
  store.transaction(() => {
    for (let n = 2; n <= 2_500; n += 1)
      store.audit.append({ atMs: n, actor: 'a', action: 'b', subject: 'c' });
  });
  const verdict = store.audit.verify();
  assert.ok(verdict.kind === 'intact');
  assert.equal(verdict.rows, 2_500);
  assert.equal(verdict.head, store.audit.list({ limit: 1 })[0]?.hash);
});

const manipulations: { name: string; sql: string; seq: number; reason: string }[] = [
  {
    name: 'a changed row',
    sql: "UPDATE audit SET actor = 'nobody' WHERE seq = 2",
    seq: 2,
    reason: 'row 2 was changed',
  },
  {
    name: 'a changed detail',
    sql: "UPDATE audit SET detail = '{}' WHERE seq = 3",
    seq: 3,
    reason: 'row 3 was changed',
  },
  { name: 'a row taken out', sql: 'DELETE FROM audit WHERE seq = 2', seq: 2, reason: 'row 2 is missing' },
  {
    name: 'rows cut off at the end',
    sql: 'DELETE FROM audit WHERE seq >= 4',
    seq: 4,
    reason: 'row 4 and later ones are missing',
  },
  {
    name: 'a forged link',
    sql: "UPDATE audit SET prev_hash = 'x' WHERE seq = 3",
    seq: 3,
    reason: 'row 3 does not follow from the row before it',
  },
];

for (const { name, sql, seq, reason } of manipulations) {
  test(`finds ${name}`, (t) => {
    const path = trail(t, 5);
    tamper(path, sql);
    const store = openDatabase(path);
    t.after(() => store.close());
    assert.deepEqual(store.audit.verify(), { kind: 'broken', seq, reason });
  });
}

test('rows cannot be changed or deleted by ordinary statements', (t) => {
  const database = new DatabaseSync(trail(t, 2));
  t.after(() => database.close());
  assert.throws(() => database.exec('DELETE FROM audit'), /audit rows are final/);
  assert.throws(() => database.exec("UPDATE audit SET actor = 'x'"), /audit rows are final/);
});

test('lists by actor, time and position, newest kept when there are more', (t) => {
  const store = openDatabase(trail(t, 6));
  t.after(() => store.close());
  const seqs = (filter: Parameters<typeof store.audit.list>[0]): number[] =>
    store.audit.list(filter).map(({ seq }) => seq);
  assert.deepEqual(seqs({ actor: 'page' }), [2, 4, 6]);
  assert.deepEqual(seqs({ sinceMs: 2, untilMs: 3 }), [2, 3]);
  assert.deepEqual(seqs({ afterSeq: 4 }), [5, 6]);
  assert.deepEqual(seqs({ limit: 2 }), [5, 6]);
  assert.deepEqual(seqs({ subject: 'd3' }), [3]);
  assert.deepEqual(seqs({ action: 'none' }), []);
  assert.deepEqual(store.audit.list({ subject: 'd3' })[0]?.detail, { n: 3 });
});
