import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { displayCommand, maskSecrets, visibleText } from './display.ts';

for (const [raw, shown] of [
  ['a\rb\nc\td', 'a\\rb\\nc\\td'],
  ['\u001b[2K', '\\e[2K'],
  ['\u202eabc', '\\u{202e}abc'],
  ['a\u200bb\ufeff', 'a\\u{200b}b\\u{feff}'],
  ['a\u00a0b\u3000', 'a\\u{a0}b\\u{3000}'],
  ['a\u3164b\u2800', 'a\\u{3164}b\\u{2800}'],
  ['\ud800', '\\u{d800}'],
  ['土 größe é e\u0301 😀', '土 größe é e\u0301 😀'],
  ['" \u0301', '" \\u{301}'],
  [`a${' '.repeat(300)}b`, 'a ⟨300 blanks⟩ b'],
] as const) {
  test(`${JSON.stringify(raw)} is shown as ${JSON.stringify(shown)}`, () =>
    assert.equal(visibleText(raw), shown));
}

test('nothing invisible is left, and nothing visible is lost', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
      const shown = visibleText(text);
      assert.doesNotMatch(shown, /[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/u);
      for (const [character] of text.matchAll(/[\p{L}\p{N}]/gu)) {
        const escaped = `\\u{${character.codePointAt(0)?.toString(16)}}`;
        assert.ok(shown.includes(character) || shown.includes(escaped));
      }
    }),
  );
});

test('a long command is shown to its end', () => {
  const text = `echo ${'A'.repeat(50_000)}; touch PWNED`;
  assert.ok(displayCommand(['/bin/sh', '-c', text]).text.endsWith('; touch PWNED'));
});

for (const [raw, hidden] of [
  ['curl -H "Authorization: Bearer abcdefgh12345678"', 'abcdefgh12345678'],
  ['x --token=abcd1234 y', 'abcd1234'],
  ['x --api-key abcd1234', 'abcd1234'],
  ['GITHUB_TOKEN=abcd1234 x', 'abcd1234'],
  ['psql postgres://u:pa55word@h/db', 'pa55word'],
  ['x ghp_0123456789abcdef', 'ghp_0123456789abcdef'],
] as const) {
  test(`hides the secret in ${JSON.stringify(raw)}`, () => assert.ok(!maskSecrets(raw).includes(hidden)));
}

test('a mask never hides something a shell would act on', () => {
  for (const text of ['x --token=$(touch y)', 'x --token=a;touch y', 'x --password `id`', 'TOKEN=a|id']) {
    assert.match(maskSecrets(text), /touch y|id/);
  }
});

test('a vector is shown with its arguments apart, a line with the shell it is for', () => {
  assert.equal(displayCommand(['a', 'b c', "it's", '']).text, `a 'b c' 'it'\\''s' ''`);
  assert.match(displayCommand(['/bin/sh', '-c', 'id']).notes.join(), /\/bin\/sh/);
  assert.match(displayCommand(['un\u0430me']).notes.join(), /different scripts/);
});

test('only a shell of the system lets its text stand for the whole', () => {
  assert.equal(displayCommand(['/bin/sh', '-lc', 'ls -la']).text, 'ls -la');
  for (const program of ['/tmp/sh', './sh', 'sh', '/usr/bin/wc', '/usr/bin/python3'])
    assert.equal(displayCommand([program, '-c', 'ls -la']).text, `${program} -c 'ls -la'`);
});
