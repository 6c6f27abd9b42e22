import { type CheckResult, isProblem } from './run-checks.ts';

const WHY = 'things changed while they were looked at; ask again in a moment';

/**
 * The results of a last look during which things moved. A problem that may come of that is not told as a fact: one that an
 * earlier look did not see, and one that rests on an answer, which takes so long that each look may have met another
 * process. Pure.
 */
export function doubtNews(
  last: readonly CheckResult[],
  earlier: readonly (readonly CheckResult[])[],
  rests: { onMoving: (result: CheckResult) => boolean; onAnswers: (result: CheckResult) => boolean },
): readonly CheckResult[] {
  const seenBefore = (id: string): boolean =>
    earlier.every((results) => results.some((result) => result.check.id === id && isProblem(result)));
  return last.map((result) =>
    isProblem(result) && rests.onMoving(result) && (rests.onAnswers(result) || !seenBefore(result.check.id))
      ? {
          check: result.check,
          durationMs: result.durationMs,
          kind: 'judged',
          verdict: { kind: 'unknown', why: WHY },
        }
      : result,
  );
}
