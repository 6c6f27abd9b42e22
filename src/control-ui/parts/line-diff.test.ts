import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { lineDiff, withContext } from './line-diff.ts';

const texts = fc
  .array(fc.constantFrom('a', 'b', 'c', '{', '}'), { maxLength: 30 })
  .map((lines) => lines.join('\n'));

test('the diff holds both texts, whatever they are', () => {
  fc.assert(
    fc.property(texts, texts, (before, after) => {
      const lines = lineDiff(before, after);
      const side = (left: 'removed' | 'added') =>
        lines
          .filter(({ kind }) => kind === 'same' || kind === left)
          .map(({ text }) => text)
          .join('\n');
      assert.equal(side('removed'), before);
      assert.equal(side('added'), after);
    }),
  );
});

test('equal texts have no change, and nothing near one', () => {
  fc.assert(
    fc.property(texts, (text) => {
      assert.ok(lineDiff(text, text).every(({ kind }) => kind === 'same'));
      assert.deepEqual(withContext(lineDiff(text, text)), [undefined]);
    }),
  );
});

test('a change keeps two lines around it', () => {
  const before = ['1', '2', '3', '4', '5', '6', '7'].join('\n');
  const shown = withContext(lineDiff(before, before.replace('4', 'x'))).map((line) => line?.text);
  assert.deepEqual(shown, [undefined, '2', '3', '4', 'x', '5', '6', undefined]);
});
