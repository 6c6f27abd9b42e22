import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OptionSpec, OptionValue } from './command-spec.ts';
import { parseOption } from './parse-option.ts';

const about = 'x';
const cases: [OptionSpec, string, OptionValue | 'refused'][] = [
  [{ flags: '--a <x>', about }, '', ''],
  [{ flags: '--a <x>', about, choices: ['one', 'two'] }, 'two', 'two'],
  [{ flags: '--a <x>', about, choices: ['one', 'two'] }, 'Two', 'refused'],
  [{ flags: '--a <x>', about, value: 'port' }, '18789', 18789],
  [{ flags: '--a <x>', about, value: 'port' }, '0', 'refused'],
  [{ flags: '--a <x>', about, value: 'port' }, '65536', 'refused'],
  [{ flags: '--a <x>', about, value: 'port' }, '1e3', 'refused'],
  [{ flags: '--a <x>', about, value: 'ms' }, '0', 0],
  [{ flags: '--a <x>', about, value: 'ms' }, '10s', 'refused'],
  [{ flags: '--a <x>', about, value: 'count' }, '-1', 'refused'],
  [{ flags: '--a <x>', about, value: 'duration' }, '2h', 7_200_000],
  [{ flags: '--a <x>', about, value: 'duration' }, 'soon', 'refused'],
];

test('option values are read strictly', () => {
  for (const [spec, text, wanted] of cases) {
    const parsed = parseOption(spec, text, undefined);
    assert.deepEqual(parsed.kind === 'refused' ? 'refused' : parsed.value, wanted, `${spec.value} ${text}`);
  }
});

test('a repeatable option collects', () => {
  const spec: OptionSpec = { flags: '--a <x>', about, value: 'texts' };
  assert.deepEqual(parseOption(spec, 'b', ['a']), { kind: 'value', value: ['a', 'b'] });
});
