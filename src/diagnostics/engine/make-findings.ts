import type { DoctorAlternative } from '../../protocol/index.ts';
import { assertNever } from '../../state/index.ts';
import type { Finding, Report } from '../report.ts';
import type { Way } from './check.ts';
import { findCauses } from './find-causes.ts';
import type { CheckResult } from './run-checks.ts';

const NO_FIX = { available: false, steps: [] };

/** Turns results into findings (root causes only, each with what it hides) and the list of checks. Pure. */
export function makeFindings(
  results: readonly CheckResult[],
): Pick<Report, 'findings' | 'checks' | 'summary'> {
  const causes = findCauses(results);
  const hides = new Map<string, string[]>();
  for (const { check, ...result } of results) {
    if (!isNews(result)) continue;
    for (const cause of causes.get(check.id) ?? []) hides.set(cause, [...(hides.get(cause) ?? []), check.id]);
  }
  const shown = results.filter(({ check }) => !causes.has(check.id));
  const findings = [
    ...shown.flatMap((result) => findingOf(result, hides.get(result.check.id) ?? [])),
    ...ownFindings(shown),
  ];
  const checks = results.map(({ check, durationMs, ...result }) => {
    const isHidden = causes.has(check.id) && isNews(result);
    const { outcome, reason } = isHidden
      ? { outcome: 'hidden' as const, reason: `follows from ${causes.get(check.id)?.join(', ')}` }
      : outcomeOf(result);
    return { id: check.id, outcome, durationMs, ...(reason === undefined ? {} : { reason }) };
  });
  return { findings: findings.toSorted(byWeight), checks, summary: summarise(findings, checks) };
}

type Result = Omit<CheckResult, 'check' | 'durationMs'> & Partial<CheckResult>;

/** Something other than "all is well" and "does not apply". */
function isNews(result: Result): boolean {
  if (result.kind !== 'judged') return true;
  return result.verdict?.kind === 'problem' || result.verdict?.kind === 'unknown';
}

function outcomeOf(result: Result): { outcome: Report['checks'][number]['outcome']; reason?: string } {
  if (result.kind !== 'judged') return { outcome: 'unknown', reason: result.why ?? '' };
  const { verdict } = result;
  if (verdict === undefined || verdict.kind === 'ok') return { outcome: 'ok' };
  if (verdict.kind === 'problem') return { outcome: 'problem', reason: verdict.text };
  return { outcome: verdict.kind, reason: verdict.why };
}

function findingOf(result: CheckResult, hides: readonly string[]): Finding[] {
  const { check } = result;
  const { id, title, severity, why, when } = check;
  const shared = {
    ...{ id, title, severity, why, hides, fix: NO_FIX },
    ...(when === undefined ? {} : { when }),
  };
  switch (result.kind) {
    case 'judged': {
      const { verdict } = result;
      if (verdict.kind === 'problem') {
        const { text, evidence, remedies, ways } = verdict;
        return [{ ...shared, outcome: 'problem', text, evidence, remedies, fix: fixOf(ways) }];
      }
      return verdict.kind === 'unknown' ? [notChecked(shared, verdict.why)] : [];
    }
    case 'no-fact':
      // Late and crashed facts are findings of their own, once, not once per check.
      return result.reason === 'unavailable' ? [notChecked(shared, result.why)] : [];
    case 'crashed':
      return [];
    default:
      return assertNever(result);
  }
}

function fixOf(ways: readonly Way[]): Finding['fix'] {
  const [first] = ways;
  if (first === undefined) return NO_FIX;
  const { risk, class: riskClass, steps } = first;
  const named = ways.filter(
    (way): way is DoctorAlternative => way.keep !== undefined && way.about !== undefined,
  );
  return {
    available: true,
    risk,
    class: riskClass,
    steps,
    ...(named.length === 0 ? {} : { alternatives: named }),
  };
}

function notChecked(
  shared: Omit<Finding, 'outcome' | 'text' | 'evidence' | 'remedies'>,
  why: string,
): Finding {
  return {
    ...shared,
    outcome: 'unknown',
    text: `not checked: ${why}`,
    evidence: {},
    remedies: [],
  };
}

/** What went wrong in the doctor itself: late facts, crashed facts, crashed checks. */
function ownFindings(results: readonly CheckResult[]): Finding[] {
  const facts = new Map<string, { reason: 'late' | 'crashed'; why: string; checks: string[] }>();
  const findings: Finding[] = [];
  for (const result of results) {
    if (result.kind === 'crashed') {
      findings.push(
        ownFinding('doctor/check-crashed', {
          title: 'A check failed',
          text: `The check ${result.check.id} failed: ${result.why}`,
          evidence: { check: result.check.id, cause: result.why },
          hides: [],
        }),
      );
    }
    if (result.kind !== 'no-fact' || result.reason === 'unavailable') continue;
    const fact = facts.get(result.fact) ?? { reason: result.reason, why: result.why, checks: [] };
    facts.set(result.fact, { ...fact, checks: [...fact.checks, result.check.id] });
  }
  for (const [name, { reason, why, checks }] of facts) {
    findings.push(
      ownFinding(reason === 'late' ? 'doctor/fact-late' : 'doctor/fact-crashed', {
        title: reason === 'late' ? 'Something does not answer' : 'A fact could not be gathered',
        text: `${name}: ${why}; ${checks.length} checks were not made`,
        evidence: { fact: name, cause: why },
        hides: checks,
      }),
    );
  }
  return findings;
}

function ownFinding(id: string, parts: Pick<Finding, 'title' | 'text' | 'evidence' | 'hides'>): Finding {
  const why = 'What was not looked at may be broken.';
  return {
    id,
    severity: 'warning',
    outcome: 'problem',
    why,
    remedies: [],
    fix: NO_FIX,
    ...parts,
  };
}

const WEIGHT = { error: 0, warning: 1, advice: 3 } as const;

/** Errors, warnings, what was not checked, advice; within that the order of the registry. */
function byWeight(a: Finding, b: Finding): number {
  const weight = (finding: Finding): number => (finding.outcome === 'unknown' ? 2 : WEIGHT[finding.severity]);
  return weight(a) - weight(b);
}

function summarise(findings: readonly Finding[], checks: Report['checks']): Report['summary'] {
  const problems = findings.filter(({ outcome }) => outcome === 'problem');
  const count = (severity: Finding['severity']): number =>
    problems.filter((finding) => finding.severity === severity).length;
  return {
    error: count('error'),
    warning: count('warning'),
    advice: count('advice'),
    unknown: checks.filter(({ outcome }) => outcome === 'unknown').length,
    ok: checks.filter(({ outcome }) => outcome === 'ok').length,
  };
}
