import assert from 'node:assert/strict';
import { createWriteStream, fstatSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { test } from 'node:test';
import { isJournalStream, journalPrefix } from './journal-stream.ts';

test('a stream is the journal when device and inode are those of JOURNAL_STREAM', (context) => {
  const directory = mkdtempSync(join(tmpdir(), 'journal-'));
  const fd = openSync(join(directory, 'stream'), 'w');
  const stream = Object.assign(createWriteStream('', { fd }), { fd });
  context.after(() => {
    stream.destroy();
    rmSync(directory, { recursive: true });
  });
  const { dev, ino } = fstatSync(fd);
  assert.equal(isJournalStream(stream, { JOURNAL_STREAM: `${dev}:${ino}` }), true);
  assert.equal(isJournalStream(stream, { JOURNAL_STREAM: `${dev}:${ino + 1}` }), false);
  assert.equal(isJournalStream(stream, {}), false);
  assert.equal(isJournalStream(new Writable(), { JOURNAL_STREAM: `${dev}:${ino}` }), false);
});

test('a warning has priority 4, a message 6', () => {
  assert.deepEqual([journalPrefix('warn'), journalPrefix('info')], ['<4>', '<6>']);
});
