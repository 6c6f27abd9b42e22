import assert from 'node:assert/strict';
import { test } from 'node:test';
import { negotiate } from './negotiate.ts';

test('the highest number both speak is answered', () => {
  const table: [min: number, max: number, answer: 3 | 4 | undefined][] = [
    [3, 3, 3],
    [4, 4, 4],
    [3, 4, 4],
    [1, 3, 3],
    [1, 9, 4],
    [4, 9, 4],
    [1, 2, undefined],
    [5, 6, undefined],
    [4, 3, undefined],
  ];
  for (const [min, max, answer] of table) assert.equal(negotiate({ min, max }), answer, `${min}..${max}`);
});
