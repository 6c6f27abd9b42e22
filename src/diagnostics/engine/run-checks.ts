import { errorText } from '../../state/index.ts';
import type { FactName, Facts } from '../facts/facts.ts';
import type { Check, Verdict } from './check.ts';
import type { CollectedFacts } from './collect-facts.ts';

/** What one check came to, with the facts it had. */
export type CheckResult = { check: Check; durationMs: number } & (
  | { kind: 'judged'; verdict: Verdict }
  /** A fact it needs is missing. */
  | { kind: 'no-fact'; fact: FactName; reason: 'unavailable' | 'late' | 'crashed'; why: string }
  /** The check itself failed. */
  | { kind: 'crashed'; why: string }
);

/** Runs every check over the facts. Pure but for the clock that comes in; one crash does not stop the others. */
export function runChecks(
  checks: readonly Check[],
  facts: CollectedFacts<Facts>,
  clock: () => number,
): CheckResult[] {
  return checks.map((check) => {
    const startedAt = clock();
    const result = runOne(check, facts);
    return { check, durationMs: clock() - startedAt, ...result };
  });
}

/** Whether a check found its fault. */
export function isProblem(result: CheckResult): boolean {
  return result.kind === 'judged' && result.verdict.kind === 'problem';
}

type Result =
  | { kind: 'judged'; verdict: Verdict }
  | { kind: 'no-fact'; fact: FactName; reason: 'unavailable' | 'late' | 'crashed'; why: string }
  | { kind: 'crashed'; why: string };

function runOne(check: Check, facts: CollectedFacts<Facts>): Result {
  const known: Partial<Record<FactName, unknown>> = {};
  for (const name of check.needs) {
    const fact = facts[name];
    if (fact === undefined) return { kind: 'crashed', why: `the fact ${name} was not collected` };
    if (fact.kind !== 'known') return { kind: 'no-fact', fact: name, reason: fact.kind, why: fact.why };
    known[name] = fact.value;
  }
  try {
    return { kind: 'judged', verdict: check.judge(known as Partial<Facts>) }; // filled by name from Facts above
  } catch (thrown) {
    return { kind: 'crashed', why: errorText(thrown) };
  }
}
