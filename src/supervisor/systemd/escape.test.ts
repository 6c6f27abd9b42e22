import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OpsError } from '../../state/index.ts';
import { plainPath, plainText, quoteArgument, quoteCommand, quoteEnvironment, quotePath } from './escape.ts';

const ARGUMENTS: readonly (readonly [value: string, written: string])[] = [
  ['plain', '"plain"'],
  ['', '""'],
  ['two words', '"two words"'],
  ['50%', '"50%%"'],
  ['$HOME $(x)', '"$$HOME $$(x)"'],
  ['say "hi"', '"say \\"hi\\""'],
  ['back\\slash\\', '"back\\\\slash\\\\"'],
  [';', '";"'],
  ['# no comment', '"# no comment"'],
  ['-@:+! prefixes', '"-@:+! prefixes"'],
  ['Zoë 🦞', '"Zoë 🦞"'],
];

for (const [value, written] of ARGUMENTS) {
  test(`writes the argument ${JSON.stringify(value)} as ${written}`, () => {
    assert.equal(quoteArgument(value), written);
  });
}

for (const value of [
  'a\nb',
  'a\rb',
  'tab\t',
  'nul\0',
  'del\x7f',
  'c1\x85',
  'half \ud800',
  'noncharacter \ufffe',
]) {
  test(`refuses ${JSON.stringify(value)}`, () => {
    for (const write of [quoteArgument, plainText, (text: string) => quoteEnvironment('X', text)]) {
      assert.throws(
        () => write(value),
        (error) => error instanceof OpsError && error.code === 'unit/value',
      );
    }
  });
}

test('keeps a dollar sign in the program, doubles it in arguments', () => {
  assert.equal(quoteCommand(['/opt/my $node/node', '$x']), '"/opt/my $node/node" "$$x"');
});

test('leaves a dollar sign in the environment alone', () => {
  assert.equal(quoteEnvironment('PRICE', '5$ %'), '"PRICE=5$ %%"');
});

test('refuses a program that systemd would refuse', () => {
  for (const path of ["/a'b", '/a"b', '/a\\b', 'node'])
    assert.throws(() => quoteCommand([path]), /cannot write/);
});

test('refuses a name that is none', () => {
  assert.throws(() => quoteEnvironment('A B', 'x'), /is no name/);
});

test('refuses a path that is not absolute, or that the parser would cut', () => {
  assert.throws(() => quotePath('node'), /is not absolute/);
  assert.throws(() => plainPath('/end '), /ends in a blank/);
  assert.throws(() => plainPath('/end\\'), /backslash/);
});
