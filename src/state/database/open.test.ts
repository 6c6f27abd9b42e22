import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { temporaryPath } from '../../../test/state/temporary-path.ts';
import { openDatabase } from './open.ts';

const ENTRY = { atMs: 1, actor: 'a', action: 'b', subject: 'c' };

test('the database and its side files are private whatever the umask', (t) => {
  const path = temporaryPath(t, 'sub/db.sqlite');
  const former = process.umask(0);
  t.after(() => process.umask(former));
  const store = openDatabase(path);
  t.after(() => store.close());
  store.audit.append(ENTRY);
  for (const end of ['', '-wal', '-shm']) assert.equal(fs.statSync(path + end).mode & 0o777, 0o600, end);
  assert.equal(fs.statSync(dirname(path)).mode & 0o777, 0o700);
});

test('an existing file that others could read is made private', (t) => {
  const path = temporaryPath(t, 'db.sqlite');
  openDatabase(path).close();
  fs.chmodSync(path, 0o644);
  openDatabase(path).close();
  assert.equal(fs.statSync(path).mode & 0o777, 0o600);
});

const damages: { name: string; damage: (path: string) => void }[] = [
  { name: 'rubbish', damage: (path) => fs.writeFileSync(path, Buffer.alloc(8_192, 'rubbish ')) },
  { name: 'a file cut in half', damage: (path) => fs.truncateSync(path, fs.statSync(path).size / 2) },
  {
    name: 'a page overwritten',
    damage: (path) => {
      const fd = fs.openSync(path, 'r+');
      fs.writeSync(fd, Buffer.alloc(3_000, 0xab), 0, 3_000, 4_096);
      fs.closeSync(fd);
    },
  },
];

for (const { name, damage } of damages) {
  test(`refuses ${name}, keeps it byte for byte and says what to do`, (t) => {
    const path = temporaryPath(t, 'db.sqlite');
    const store = openDatabase(path);
    for (let n = 0; n < 200; n += 1) store.audit.append({ ...ENTRY, detail: { n, text: 'x'.repeat(50) } });
    store.close();
    damage(path);
    const before = fs.readFileSync(path);
    assert.throws(
      () => openDatabase(path),
      (error: Error & { code?: string; remedies?: unknown[] }) => {
        assert.equal(error.code, 'state/damaged');
        assert.match(
          error.message,
          /^cannot open the database .*: it is damaged \(.+\); it was left as it is$/s,
        );
        assert.equal(error.remedies?.length, 3);
        return true;
      },
    );
    assert.deepEqual(fs.readFileSync(path), before);
  });
}

test('refuses a file of a later release and leaves it alone', (t) => {
  const path = temporaryPath(t, 'db.sqlite');
  openDatabase(path).close();
  const database = new DatabaseSync(path);
  database.exec('PRAGMA user_version = 99');
  database.close();
  assert.throws(() => openDatabase(path), { code: 'state/newer', exitClass: 78 });
});

test('a directory in its place is named as the reason', (t) => {
  const path = temporaryPath(t, 'db.sqlite');
  fs.mkdirSync(path);
  assert.throws(() => openDatabase(path), {
    code: 'state/unreadable',
    message: /^cannot open the database .*EISDIR/,
  });
});

test('a transaction that throws leaves nothing behind, nested ones included', (t) => {
  const store = openDatabase(temporaryPath(t, 'db.sqlite'));
  t.after(() => store.close());
  const ask = { deviceId: 'd1', publicKey: 'k', role: 'node', scopes: [], silent: false };
  assert.throws(
    () =>
      store.transaction(() => {
        const { request } = store.devices.request(ask, 1);
        store.transaction(() => store.devices.approve(request.requestId, { now: 1, via: 'owner' }));
        store.audit.append(ENTRY);
        throw new Error('power cut');
      }),
    /power cut/,
  );
  assert.deepEqual(
    [store.devices.listPaired(), store.devices.listPending(1), store.audit.list()],
    [[], [], []],
  );
  assert.deepEqual(store.audit.verify(), { kind: 'intact', rows: 0, head: '0'.repeat(64) });
});

test('two connections see each other, and what is open twice is migrated once', (t) => {
  const path = temporaryPath(t, 'db.sqlite');
  const first = openDatabase(path);
  const second = openDatabase(path);
  t.after(() => first.close());
  t.after(() => second.close());
  first.audit.append(ENTRY);
  assert.equal(second.audit.append(ENTRY).seq, 2);
  assert.equal(first.audit.verify().kind, 'intact');
});
