import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import type { RunResult } from '../../protocol/index.ts';
import { escapedTwice, fitRunResult, prefixWithin } from './fit-output.ts';
import { TRUNCATION_MARK } from './output-budget.ts';

/** Control characters, quotes, backslashes, half surrogates: what JSON escapes, and how. */
const awkward = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '\0',
        '\u001f',
        '\n',
        '\t',
        '\b',
        '"',
        '\\',
        '\u007f',
        'a',
        'é',
        '漢',
        '😀',
        '\ud83d',
        '\ude00',
        '\u2028',
      ),
      fc.string({ unit: 'binary', maxLength: 3 }),
    ),
    { maxLength: 120 },
  )
  .map((parts) => parts.join(''));

function sizeInFrame(result: RunResult): number {
  return Buffer.byteLength(JSON.stringify(JSON.stringify(result)));
}

function resultOf(stdout: string, stderr: string): RunResult {
  return { exitCode: 0, timedOut: false, success: true, stdout, stderr, error: null };
}

test('counts exactly what JSON inside JSON takes', () => {
  fc.assert(
    fc.property(awkward, (text) => {
      const framed = Buffer.byteLength(JSON.stringify(JSON.stringify(text)));
      assert.equal(escapedTwice(text), framed - 2 - 4); // outer quotes, and the inner ones escaped
    }),
    { numRuns: 2_000 },
  );
});

test('a result is within its budget afterwards, unchanged when it was before, and else a marked beginning', () => {
  fc.assert(
    fc.property(awkward, awkward, fc.integer({ min: 300, max: 900 }), (stdout, stderr, budget) => {
      const result = resultOf(stdout, stderr);
      const fitted = fitRunResult(result, budget);
      assert.ok(sizeInFrame(fitted) <= budget, `${sizeInFrame(fitted)} > ${budget}`);
      if (sizeInFrame(result) <= budget) return assert.equal(fitted, result);
      const [out, err] = [fitted.stdout, fitted.stderr].map((text) => text.replace(TRUNCATION_MARK, ''));
      assert.ok(stdout.startsWith(out ?? '-') && stderr.startsWith(err ?? '-'));
      assert.ok((fitted.stdout + fitted.stderr).includes(TRUNCATION_MARK));
      return undefined;
    }),
    { numRuns: 2_000 },
  );
});

test('keeps a short stderr whole at the cost of a long stdout', () => {
  const fitted = fitRunResult(resultOf('\0'.repeat(10_000), 'why it failed\n'), 5_000);
  assert.equal(fitted.stderr, `why it failed\n${TRUNCATION_MARK}`);
  assert.ok(fitted.stdout.length > 600);
});

test('never cuts a pair in half', () => {
  assert.equal(prefixWithin('😀😀', 7), '😀');
  assert.equal(prefixWithin('😀', 3), '');
});
