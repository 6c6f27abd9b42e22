import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { temporaryPath } from '../../test/state/temporary-path.ts';
import { openDatabase } from './database/open.ts';
import { OpsError } from './ops-error.ts';
import { ensurePrivateDirectory, readTextIfPresent, writePrivateFile } from './private-file.ts';

const isRoot = process.getuid?.() === 0;
/** `nobody` on Debian; any account but ours will do. */
const OTHER = 65_534;

test('a file and every directory made for it are private whatever the umask', (t) => {
  const path = temporaryPath(t, 'a/b/c.json');
  const former = process.umask(0);
  t.after(() => process.umask(former));
  writePrivateFile(path, 'x');
  assert.equal(fs.statSync(path).mode & 0o777, 0o600);
  for (const directory of [dirname(path), dirname(dirname(path))]) {
    assert.equal(fs.statSync(directory).mode & 0o777, 0o700);
  }
});

test('an existing directory is left as it is', (t) => {
  const directory = temporaryPath(t, 'open');
  fs.mkdirSync(directory, { mode: 0o755 });
  ensurePrivateDirectory(directory);
  assert.equal(fs.statSync(directory).mode & 0o777, 0o755);
});

test('what root writes in the tree of another account belongs to that account', {
  skip: isRoot ? false : 'needs root to give files away',
}, (t) => {
  const home = dirname(temporaryPath(t, 'x'));
  fs.chownSync(home, OTHER, OTHER);
  const paths = [join(home, 'a/b/file.json'), join(home, 'a/db.sqlite')];
  writePrivateFile(paths[0] ?? '', '{}');
  const store = openDatabase(paths[1] ?? '');
  t.after(() => store.close());
  store.audit.append({ atMs: 1, actor: 'a', action: 'b', subject: 'c' });
  for (const path of [...paths, join(home, 'a'), join(home, 'a/b'), join(home, 'a/db.sqlite-wal')]) {
    assert.equal(fs.statSync(path).uid, OTHER, path);
  }
});

test('the last check can call the write off: the old content stays and nothing is left beside it', (t) => {
  const path = temporaryPath(t, 'a.json');
  writePrivateFile(path, 'old');
  const refuse = (): never => {
    throw new OpsError('config/changed', 'cannot write');
  };
  assert.throws(() => writePrivateFile(path, 'new', refuse), { code: 'config/changed' });
  assert.deepEqual([fs.readFileSync(path, 'utf8'), fs.readdirSync(dirname(path))], ['old', ['a.json']]);
});

test('what killed writers left is removed when it is old, and nothing else', (t) => {
  const path = temporaryPath(t, 'a.json');
  const names = [
    '.a.json.123.0123abcd.tmp',
    '.a.json.124.0123abcd.tmp',
    '.b.json.123.0123abcd.tmp',
    '.a.json.tmp',
  ];
  for (const name of names) {
    const leftover = join(dirname(path), name);
    fs.writeFileSync(leftover, '');
    if (!name.includes('124')) fs.utimesSync(leftover, 1, 1);
  }
  writePrivateFile(path, 'x');
  assert.deepEqual(fs.readdirSync(dirname(path)).sort(), [...names.slice(1), 'a.json'].sort());
});

test('absence is undefined, everything else is an error with the reason', (t) => {
  const path = temporaryPath(t, 'a');
  assert.equal(readTextIfPresent(path), undefined);
  fs.mkdirSync(path);
  assert.throws(() => readTextIfPresent(path), {
    code: 'state/unreadable',
    message: /^cannot read .*EISDIR/,
  });
  assert.throws(() => writePrivateFile(join(path, 'x/y'), 'z') ?? writePrivateFile(path, 'z'), {
    code: 'state/write',
  });
});

test('what stands in the way of a path is shown by the command offered', (t) => {
  const file = temporaryPath(t, 'file');
  fs.writeFileSync(file, '');
  const link = temporaryPath(t, 'link');
  fs.symlinkSync('/nonexistent/there', link);
  for (const path of [join(file, 'inside', 'x'), file, link]) {
    const remedies = [{ kind: 'run', command: ['namei', '-l', path] }];
    assert.throws(() => ensurePrivateDirectory(path), { code: 'state/write', remedies }, path);
  }
});
