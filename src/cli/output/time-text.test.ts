import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ageText, durationText, parseDurationMs } from './time-text.ts';

test('durations show their largest whole unit', () => {
  const cases: [number, string][] = [
    [-5, '0s'],
    [59_999, '59s'],
    [60_000, '1m'],
    [3_599_999, '59m'],
    [3_600_000, '1h'],
    [47 * 3_600_000, '47h'],
    [48 * 3_600_000, '2d'],
  ];
  for (const [ms, text] of cases) assert.equal(durationText(ms), text);
  assert.equal(ageText(1_000, 1_999), 'just now');
  assert.equal(ageText(0, 61_000), '1m ago');
});

test('durations are read with a unit, seconds without', () => {
  const cases: [string, number | undefined][] = [
    ['30', 30_000],
    ['250ms', 250],
    ['5m', 300_000],
    ['24h', 86_400_000],
    ['7d', 604_800_000],
    ['-1', undefined],
    ['1.5h', undefined],
    ['', undefined],
    ['5 weeks', undefined],
  ];
  for (const [text, ms] of cases) assert.equal(parseDurationMs(text), ms, text);
});
