import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { visibleSegments, writtenOut } from './visible-text.ts';

test('characters that hide or move text are named', () => {
  for (const [character, code] of [
    ['\u202e', 'U+202E'],
    ['\u200b', 'U+200B'],
    ['\u00ad', 'U+00AD'],
    ['\u00a0', 'U+00A0'],
    ['\u0000', 'U+0000'],
    ['\u001b', 'U+001B'],
    ['\n', 'U+000A'],
    ['\ufeff', 'U+FEFF'],
    ['\ufe0f', 'U+FE0F'],
    ['\ud800', 'U+D800'],
    ['\u{e0041}', 'U+E0041'],
    ['\u3164', 'U+3164'],
  ] as const) {
    assert.deepEqual(visibleSegments(`a${character}b`), [
      { kind: 'text', text: 'a' },
      { kind: 'hidden', code },
      { kind: 'text', text: 'b' },
    ]);
  }
});

test('ordinary text of any script stays as it is', () => {
  for (const text of ['ls -la /srv', '你好，世界', 'Grüße', 'עברית', '🙂'])
    assert.deepEqual(visibleSegments(text), [{ kind: 'text', text }]);
});

test('nothing is lost, whatever the text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const back = visibleSegments(text)
        .map((segment) =>
          segment.kind === 'text'
            ? segment.text
            : String.fromCodePoint(Number.parseInt(segment.code.slice(2), 16)),
        )
        .join('');
      assert.equal(back, text);
    }),
  );
});

test('where no elements are taken it is written out, cut, and only what is to be kept is kept', () => {
  assert.equal(writtenOut('a\u202eb\nc'), 'a<U+202E>b<U+000A>c');
  assert.equal(writtenOut('a\tb\n\u0000', { keep: ['\n', '\t'] }), 'a\tb\n<U+0000>');
  assert.equal(writtenOut('abcdef', { maxChars: 3 }), 'abc…');
});
