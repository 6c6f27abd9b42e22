import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { temporaryPath } from '../../../test/state/temporary-path.ts';
import { tailLog } from './tail.ts';

test('a missing file is an empty one', (t) => {
  const file = temporaryPath(t, 'a.log');
  assert.deepEqual(tailLog(file), { file, cursor: 0, size: 0, lines: [], truncated: false, reset: false });
  assert.equal(tailLog(file, { cursor: 5 }).reset, true);
});

test('gives the newest lines, and from the cursor only what is new', (t) => {
  const file = temporaryPath(t, 'a.log');
  fs.writeFileSync(file, 'one\ntwo\n');
  const first = tailLog(file);
  assert.deepEqual(
    [first.lines, first.cursor, first.truncated, first.reset],
    [['one', 'two'], 8, false, false],
  );
  assert.deepEqual(tailLog(file, { cursor: first.cursor }).lines, []);
  fs.appendFileSync(file, 'three\nfo');
  const second = tailLog(file, { cursor: first.cursor });
  assert.deepEqual([second.lines, second.cursor, second.size], [['three'], 14, 16]);
  fs.appendFileSync(file, 'ur\n');
  assert.deepEqual(tailLog(file, { cursor: second.cursor }).lines, ['four']);
});

test('says when lines were lost; the last few are not a loss (the real CLI then advises more bytes)', (t) => {
  const file = temporaryPath(t, 'a.log');
  fs.writeFileSync(file, Array.from({ length: 100 }, (_, n) => `line ${n}\n`).join(''));
  const byNumber = tailLog(file, { limit: 2 });
  assert.deepEqual([byNumber.lines, byNumber.truncated], [['line 98', 'line 99'], false]);
  assert.equal(tailLog(file, { cursor: 0, limit: 2 }).truncated, true);
  const bySize = tailLog(file, { maxBytes: 20 });
  assert.deepEqual([bySize.lines, bySize.truncated], [['line 98', 'line 99'], true]);
  assert.equal(tailLog(file, { maxBytes: 10_000 }).truncated, false);
});

test('resets when the cursor is beyond the file (rotated) or too far behind', (t) => {
  const file = temporaryPath(t, 'a.log');
  fs.writeFileSync(file, 'a\nb\nc\n');
  const beyond = tailLog(file, { cursor: 500 });
  assert.deepEqual([beyond.reset, beyond.lines], [true, ['a', 'b', 'c']]);
  const behind = tailLog(file, { cursor: 0, maxBytes: 3 });
  assert.deepEqual([behind.reset, behind.truncated, behind.lines], [true, true, ['c']]);
});

test('a directory in its place is reported with the text of the real gateway', (t) => {
  const file = temporaryPath(t, 'a.log');
  fs.mkdirSync(file);
  assert.throws(() => tailLog(file), { code: 'state/unreadable', message: /^log read failed: / });
});

test('polling sees every line exactly once, whatever the pieces they are written in', (t) => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 12 }), { maxLength: 20 }), (pieces) => {
      const file = temporaryPath(t, 'a.log');
      fs.writeFileSync(file, '');
      const seen: string[] = [];
      let cursor = 0;
      for (const piece of [...pieces.flatMap((text) => [text, '\n']), 'é', '\n']) {
        for (const byte of Buffer.from(piece)) {
          fs.appendFileSync(file, Buffer.from([byte]));
          const tail = tailLog(file, { cursor });
          assert.equal(tail.reset || tail.truncated, false);
          seen.push(...tail.lines);
          cursor = tail.cursor;
        }
      }
      assert.deepEqual(seen, [...pieces, 'é'].join('\n').split('\n'));
    }),
    { numRuns: 50 },
  );
});
