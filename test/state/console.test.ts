import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { test } from 'node:test';
import { startFixture, until } from './children.ts';
import { temporaryPath } from './temporary-path.ts';

test('a program whose stdout was closed goes on logging to its file and ends with its own status', async (t) => {
  const file = temporaryPath(t, 'x.log');
  const { child, output, ended } = startFixture('logs-into-closed-stdout', file);
  await until('the first line', () => output().includes('started'));
  child.stdout?.destroy();
  child.stdin?.write('go\n');
  assert.equal(await ended, 7);
  assert.match(fs.readFileSync(file, 'utf8'), /last line/);
});
