import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createOutputBudget } from './output-budget.ts';

test('cuts both streams under one limit, in the order of arrival', () => {
  const budget = createOutputBudget(5);
  budget.take('stdout', Buffer.from('abc'));
  budget.take('stderr', Buffer.from('defg'));
  budget.take('stdout', Buffer.from('h'));
  assert.deepEqual(budget.finish(), { stdout: 'abc', stderr: 'de\n... (truncated)', truncated: true });
});

test('exactly the limit is not cut', () => {
  const budget = createOutputBudget(3);
  budget.take('stdout', Buffer.from('abc'));
  assert.deepEqual(budget.finish(), { stdout: 'abc', stderr: '', truncated: false });
});

test('joins a character that came in two chunks, and leaves out one that was cut', () => {
  const [head, rest] = [Buffer.from('ä').subarray(0, 1), Buffer.from('ä').subarray(1)];
  const whole = createOutputBudget(10);
  whole.take('stdout', head);
  whole.take('stderr', Buffer.from('-'));
  whole.take('stdout', rest);
  assert.equal(whole.finish().stdout, 'ä');
  const cut = createOutputBudget(1);
  cut.take('stdout', Buffer.from('ä'));
  assert.equal(cut.finish().stdout, '\n... (truncated)');
});
