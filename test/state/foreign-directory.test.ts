import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { dirname } from 'node:path';
import { test } from 'node:test';
import { startFixture } from './children.ts';
import { temporaryPath } from './temporary-path.ts';

test('a directory of another account is refused even when it is open to everybody', {
  skip: process.getuid?.() === 0 ? false : 'needs root to become somebody else',
}, async (t) => {
  const directory = dirname(temporaryPath(t, 'x'));
  fs.chmodSync(directory, 0o777);
  fs.chownSync(directory, 4_242, 4_242);
  const { output, ended } = startFixture('opens-as-somebody-else', directory);
  assert.equal(await ended, 0);
  const reason = `cannot use the directory ${directory}: it belongs to uid 4242, this is uid 65534`;
  const [database, log] = output().split('\n');
  assert.equal(database, `state/owner: ${reason}`);
  assert.match(log ?? '', new RegExp(`cannot write the log file .*: ${reason}; going on without it$`));
  assert.deepEqual(fs.readdirSync(directory), []);
});
