import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseShell } from './parse-shell.ts';
import { quoteText, type RenderChoices, renderScript, renderWord } from './render-shell.ts';
import { wordValue } from './syntax.ts';

const HOME = '/home/u';
const choices: RenderChoices = {
  simple: (command) => command.words.map((word) => renderWord(word, choices)),
};

function rewritten(text: string): string {
  const parsed = parseShell(text, { home: HOME });
  return parsed.kind === 'parsed' ? renderScript(parsed.script, choices) : `refused: ${parsed.reason}`;
}

const WRITTEN: readonly (readonly [text: string, canonical: string])[] = [
  ['uname -a', "'uname' '-a'\n"],
  ['', ''],
  ['a;b;', "'a'\n'b'\n"],
  ['a & b', "'a' &\n'b'\n"],
  ['a&&b||c', "'a' && 'b' || 'c'\n"],
  ['! a | b', "! 'a' | 'b'\n"],
  ['(a;b)', "( 'a'; 'b'; )\n"],
  ['{ a; } 2>&1', "{ 'a'; } 2>&1\n"],
  ['if a; then b; elif c; then d; else e; fi', "if 'a'; then 'b'; elif 'c'; then 'd'; else 'e'; fi\n"],
  ['while a; do b; done', "while 'a'; do 'b'; done\n"],
  ['for f in *.txt "$x"; do wc "$f"; done', `for f in *'.txt' "$\{x}"; do 'wc' "$\{f}"; done\n`],
  ['echo "a\\$b" c\\ d', "'echo' 'a$b' 'c d'\n"],
  [`echo it"'"s`, `'echo' 'it'\\''s'\n`],
  ['a # b\nc', "'a'\n'c'\n"],
  ['a#b', "'a#b'\n"],
  ['tou\\\nch x', "'touch' 'x'\n"],
  ['ls ~/x ~', "'ls' '/home/u/x' '/home/u'\n"],
  ['echo `a b`', "'echo' $( 'a' 'b'; )\n"],
  ['cat <<E\na\\$b\nE', "'cat' <<'END'\na$b\nEND\n"],
  ["cat <<-'E'\n\t$(x)\n\tE\nb", "'cat' <<'END'\n$(x)\nEND\n'b'\n"],
  ["cat <<'E'\nEND\nE", "'cat' <<'END_'\nEND\nEND_\n"],
  ['x=1 LC_ALL=C a', "x='1' LC_ALL='C' 'a'\n"],
  ['a >/dev/null 2>&1 </dev/null', "'a' >/dev/null 2>&1 </dev/null\n"],
  ['git show HEAD@{1}', "'git' 'show' 'HEAD@{1}'\n"],
];

for (const [text, canonical] of WRITTEN) {
  test(`${JSON.stringify(text)} is written as ${JSON.stringify(canonical)}`, () => {
    assert.equal(rewritten(text), canonical);
  });
}

for (const text of [
  'a > f',
  'a >| /dev/null',
  'a <> /dev/null',
  'a &> /dev/null',
  'a < f',
  'a 3>/dev/null',
  'a >&3',
  'a >&x',
  '{fd}>/dev/null',
  'a |& b',
  'a <<< b',
  'a <(b)',
  'a >(b)',
  '((1))',
  'a $((1))',
  '[[ a ]]',
  'case a in a) b;; esac',
  'f() { a; }',
  'function f { a; }',
  'select x in a; do b; done',
  'coproc a',
  'time a',
  '{a,b}',
  'a {1..3}',
  `a $\{x:-$y}`,
  `a $\{!x}`,
  'a $1',
  'a $@',
  "a $'x'",
  'a $"x"',
  'a $[1]',
  'a `b \\`c\\``',
  'a ~root',
  'a x=~',
  "a 'b",
  'a "b',
  'a \\',
  'a |',
  '&& a',
  'a ;; b',
  'a)',
  '(a',
  '{ a',
  'if a; then b',
  'a $(b',
  'x+=1 a',
  'x[0]=1',
  '12>/dev/null a',
  'a <<E\n$x\nE',
  'a <<E\n`b`\nE',
  'a <<E\nb',
  'a <<E "\n"\nE',
  '$(a <<E\nE\n)',
  'a\rb',
  'a\u0001b',
  'for X in a; do b; done',
  'a [!b]',
  'a $\\\n(b)',
  'a $x\\\ny',
  'a &\\\n& b',
  'if(a) then b; fi',
  'a() (b)',
  'a @(b)',
  'then a',
  'a; fi',
  'for x in a b',
  'a & && b',
  ';',
  '()',
  '{ }',
]) {
  test(`refuses ${JSON.stringify(text)}`, () => {
    assert.match(rewritten(text), /^refused: /);
  });
}

test('a refusal says where', () => {
  assert.deepEqual(parseShell('uname\nid; a > f', { home: HOME }), {
    kind: 'refused',
    reason: 'only /dev/null may be redirected to',
    line: 2,
    column: 9,
  });
});

test('limits refuse: length, number of commands, depth', () => {
  assert.match(rewritten(`a ${'x'.repeat(60_000)}`), /longer than/);
  assert.match(rewritten('a;'.repeat(1_001)), /more than 1000 commands/);
  assert.match(rewritten(`${'('.repeat(41)}a${')'.repeat(41)}`), /nested deeper|differently/);
  assert.match(rewritten(`${'$('.repeat(41)}a${')'.repeat(41)}`), /nested deeper/);
});

test('any text can be quoted and is read back as it is', () => {
  const text = fc.string({ unit: 'grapheme' }).filter((one) => !/\p{Cc}/u.test(one));
  fc.assert(
    fc.property(fc.array(text, { minLength: 1, maxLength: 5 }), (words) => {
      const parsed = parseShell(`p ${words.map(quoteText).join(' ')}`, { home: HOME });
      assert.ok(parsed.kind === 'parsed');
      const command = parsed.script.items[0]?.first.commands[0];
      assert.ok(command?.kind === 'simple');
      assert.deepEqual(
        command.words.slice(1).map(wordValue),
        words.map((one) => ({ known: true, text: one })),
      );
    }),
  );
});

test('writing a script again changes nothing', () => {
  const alphabet = fc.constantFrom(
    ...`a b ' " \\ $x $( ) ; & | && || { } ( if then fi \n < > 2>&1 # * ~ \``.split(' '),
    ' ',
  );
  fc.assert(
    fc.property(fc.array(alphabet, { maxLength: 12 }), (tokens) => {
      const once = rewritten(tokens.join(''));
      if (!once.startsWith('refused: ')) assert.equal(rewritten(once), once);
    }),
    { numRuns: 3_000 },
  );
});
