import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { dirname } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { PATIENCE_MS } from '../patience.ts';
import { temporaryPath } from './temporary-path.ts';

const isRoot = process.getuid?.() === 0;

test('a full disk damages nothing, is told once, and is survived', {
  skip: isRoot ? false : 'needs root to mount a small file system',
}, (t) => {
  const directory = dirname(temporaryPath(t, 'x'));
  const fixture = fileURLToPath(new URL('./fixtures/fills-the-disk.ts', import.meta.url));
  // a mount namespace of its own: nothing is left behind
  const script = 'mount -t tmpfs -o size=512k none "$1" && exec "$2" "$3" "$1"';
  const output = execFileSync(
    'unshare',
    ['-m', 'sh', '-c', script, 'sh', directory, process.execPath, fixture],
    {
      encoding: 'utf8',
      timeout: PATIENCE_MS,
    },
  );
  const report = JSON.parse(output);
  assert.match(report.config, /^cannot write .*ENOSPC/);
  assert.match(report.database, /full/);
  assert.equal(report.port, 1111);
  assert.deepEqual([report.databaseAfter, report.verdict], ['done', 'intact']);
  assert.match(report.first, /before/);
  assert.match(report.last, /after/);
  assert.equal(report.complaints.length, 2);
  assert.match(report.complaints[0], /cannot write the log file/);
  assert.match(report.complaints[1], /works again; \d+ lines are missing/);
  assert.deepEqual(report.leftovers, []);
});
