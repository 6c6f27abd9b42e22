import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { escapeLines, escapeText } from './escape-text.ts';

test('control, bidirectional and invisible characters become visible', () => {
  assert.equal(escapeText('a\x1b[31mred\x07\n'), 'a\\x1b[31mred\\x07\\n');
  assert.equal(escapeText('user\u202egnp.exe'), 'user\\u{202e}gnp.exe');
  assert.equal(escapeText('zero\u200bwidth\u2028x\x9b2J'), 'zero\\u{200b}width\\u{2028}x\\x9b2J');
  assert.equal(escapeText('Grüße 🦞 日本'), 'Grüße 🦞 日本');
});

test('lines keep newline, tab and CRLF but not a lone carriage return', () => {
  assert.equal(escapeLines('a\tb\r\nc\rd\n'), 'a\tb\r\nc\\rd\n');
});

test('nothing that a terminal could act on survives, whatever the text', () => {
  const acts = /[^\P{C}\n\t\r]/u;
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      assert.doesNotMatch(escapeText(text).replace(/\p{Co}|\p{Cn}/gu, ''), /\p{C}/u);
      assert.doesNotMatch(escapeLines(text).replace(/\p{Co}|\p{Cn}/gu, ''), acts);
    }),
    { numRuns: 2000 },
  );
});
