import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import json5 from 'json5';
import { parseJson5 } from './parse.ts';

test('reads every text of the JSON5 reference writer as the reference reader does', () => {
  fc.assert(
    fc.property(
      fc.jsonValue(),
      fc.constantFrom(undefined, '  ', '\t'),
      fc.constantFrom('"', "'"),
      (value, space, quote) => {
        const text = json5.stringify(value, { quote, ...(space === undefined ? {} : { space }) });
        const parsed = parseJson5(text);
        assert.equal(parsed.kind, 'parsed', text);
        if (parsed.kind === 'parsed') assert.deepStrictEqual(parsed.value, json5.parse(text), text);
      },
    ),
    { numRuns: 1_000 },
  );
});

test('reads comments, single quotes, hex, signs, continued lines, a byte-order mark', () => {
  const text = '\uFEFF// c\n{ a: 0xff, b: .5, c: \'x\\\ny\', "d": [1,], /* e */ $e: -Infinity }';
  const parsed = parseJson5(text);
  assert.deepEqual(parsed.kind === 'parsed' && parsed.value, {
    a: 255,
    b: 0.5,
    c: 'xy',
    d: [1],
    $e: Number.NEGATIVE_INFINITY,
  });
});

test('a key named __proto__ is an ordinary key', () => {
  const parsed = parseJson5('{"__proto__": {"polluted": true}}');
  assert.equal(parsed.kind, 'parsed');
  assert.equal(parsed.kind === 'parsed' && Object.hasOwn(parsed.value as object, '__proto__'), true);
  assert.equal(({} as Record<string, unknown>)['polluted'], undefined);
});

const broken: { text: string; message: string }[] = [
  {
    text: '{\n  a: 1\n  b: 2\n}',
    message: 'Unexpected token Identifier found at line 3, column 3\n    b: 2\n    ^',
  },
  {
    text: '{"a": tru}',
    message: 'Unexpected token Identifier found at line 1, column 7\n  {"a": tru}\n        ^',
  },
  { text: '{a:1', message: 'Unexpected end of input found at line 1, column 5\n  {a:1\n      ^' },
  {
    text: `{"a": "${'x'.repeat(200)}" "b"}`,
    message: `Unexpected token String found at line 1, column 210\n  ${'x'.repeat(37)}" "b"}\n  ${' '.repeat(39)}^`,
  },
];

for (const { text, message } of broken) {
  test(`shows where ${JSON.stringify(text.slice(0, 30))} breaks`, () => {
    const parsed = parseJson5(text);
    assert.equal(parsed.kind === 'syntax' && parsed.message, message);
  });
}

test('endless nesting is refused, not fatal', () => {
  assert.equal(parseJson5('['.repeat(200_000)).kind, 'syntax');
});

for (const line of [
  '{token: "s3cret-value" b: 1}',
  '{"deviceToken": "s3cret-value',
  "{password: 's3cret-value' x}",
  '{apiKey: s3cret-value}',
]) {
  test(`does not quote the secret in ${line}`, () => {
    const parsed = parseJson5(line);
    assert.ok(parsed.kind === 'syntax');
    assert.doesNotMatch(parsed.message, /s3cret/);
    assert.equal(parsed.message.split('\n')[1]?.length, line.length + 2);
  });
}

test('a broken text of one long line is reported without a hang', () => {
  for (const piece of ['key', 'token ', 'key:', '"'])
    assert.equal(parseJson5(`{${piece.repeat(100_000)}`).kind, 'syntax');
});

for (const text of [
  '{auth: {token: sEcReT}}',
  '{auth: {token: "sEcReT-123" x}}',
  '{auth: {token:\n  "sEcReT-123" x}}',
  '{auth: {token: /* for now */ "sEcReT-123" x}}',
  '{auth: {token:\n  "sEcReT-123',
])
  test(`shows no secret where ${JSON.stringify(text)} breaks`, () => {
    const parsed = parseJson5(text);
    assert.ok(parsed.kind === 'syntax' && !/sEcR/.test(parsed.message), JSON.stringify(parsed));
  });
