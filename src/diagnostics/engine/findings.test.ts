import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Check, defineCheck, notApplicable, type Outcome, ok, problem, unknown } from './check.ts';
import { doubtNews } from './doubt-news.ts';
import { makeFindings } from './make-findings.ts';
import { type CheckResult, runChecks } from './run-checks.ts';

type Wanted = Outcome<Record<string, never>>;

function check(id: string, outcome: Wanted | (() => Wanted), dependsOn: readonly string[] = []): Check {
  return defineCheck({
    id,
    title: id,
    severity: 'error',
    needs: [],
    dependsOn,
    run: () => (typeof outcome === 'function' ? outcome() : outcome),
    text: () => `${id} is wrong`,
    remedy: () => [],
    why: '',
    manual: '',
  });
}

function findingsOf(...checks: Check[]) {
  return makeFindings(runChecks(checks, {}, () => 0));
}

test('a problem hides what depends on it, directly or through others, and lists it', () => {
  const { findings, checks, summary } = findingsOf(
    check('a', problem({})),
    check('b', problem({}), ['a']),
    check('c', problem({}), ['b']),
    check('d', unknown('no idea'), ['a']),
    check('e', ok, ['a']),
  );
  assert.deepEqual(
    findings.map(({ id }) => id),
    ['a'],
  );
  assert.deepEqual(findings[0]?.hides, ['b', 'c', 'd']);
  assert.deepEqual(
    checks.map(({ outcome }) => outcome),
    ['problem', 'hidden', 'hidden', 'hidden', 'ok'],
  );
  assert.deepEqual(summary, { error: 1, warning: 0, advice: 0, unknown: 0, ok: 1 });
});

test('what is fine, unknown or absent hides nothing', () => {
  const { findings } = findingsOf(
    check('a', ok),
    check('b', unknown('?')),
    check('c', notApplicable('-')),
    check('d', problem({}), ['a', 'b', 'c']),
  );
  assert.deepEqual(
    findings.map(({ id, outcome }) => [id, outcome]),
    [
      ['d', 'problem'],
      ['b', 'unknown'],
    ],
  );
});

test('a check that throws is a finding of its own and the others go on', () => {
  const { findings } = findingsOf(
    check('a', () => {
      throw new TypeError('a defect');
    }),
    check('b', problem({})),
  );
  assert.deepEqual(findings.map(({ id }) => id).toSorted(), ['b', 'doctor/check-crashed']);
  assert.match(findings.find(({ id }) => id.startsWith('doctor'))?.text ?? '', /check a failed: a defect/);
});

test('a late fact is one finding that lists the checks not made; one without permission is their own unknown', () => {
  const needs = ['host'] as const;
  const make = (id: string): Check =>
    defineCheck({ ...check(id, ok), needs, run: () => ok, text: () => '', remedy: () => [] });
  const checks = [make('a'), make('b')];
  const late = makeFindings(
    runChecks(checks, { host: { kind: 'late', why: 'no answer', durationMs: 1 } }, () => 0),
  );
  assert.deepEqual(
    late.findings.map(({ id, hides }) => [id, hides]),
    [['doctor/fact-late', ['a', 'b']]],
  );
  assert.equal(late.summary.unknown, 2);
  const absent = makeFindings(
    runChecks(checks, { host: { kind: 'unavailable', why: 'no permission', durationMs: 1 } }, () => 0),
  );
  assert.deepEqual(
    absent.findings.map(({ id, outcome, text }) => [id, outcome, text]),
    [
      ['a', 'unknown', 'not checked: no permission'],
      ['b', 'unknown', 'not checked: no permission'],
    ],
  );
});

test('property: of any acyclic set, every problem is shown or hidden by one that is shown', () => {
  const graph = fc.array(
    fc.record({ isProblem: fc.boolean(), above: fc.array(fc.nat({ max: 11 }), { maxLength: 4 }) }),
    { maxLength: 12 },
  );
  fc.assert(
    fc.property(graph, (nodes) => {
      const checks = nodes.map(({ isProblem, above }, index) =>
        check(
          `c${index}`,
          isProblem ? problem({}) : ok,
          above.filter((other) => other < index).map((other) => `c${other}`),
        ),
      );
      const { findings } = findingsOf(...checks);
      const shown = new Set(findings.map(({ id }) => id));
      const covered = new Set([...shown, ...findings.flatMap(({ hides }) => hides)]);
      for (const [index, { isProblem }] of nodes.entries()) assert.equal(covered.has(`c${index}`), isProblem);
      for (const { hides } of findings) for (const id of hides) assert.ok(!shown.has(id));
    }),
  );
});

test('of a restless time, what all looks saw is told; not what only the last one saw, nor what rests on an answer', () => {
  const look = (...checks: Check[]) => runChecks(checks, {}, () => 0);
  const of = (id: string) => check(id, problem({}));
  const earlier = [look(of('storm'), check('news', ok), of('over'), of('answer'), check('still', ok))];
  const last = look(of('storm'), of('news'), check('over', ok), of('answer'), of('still'));
  const rests = {
    onMoving: (result: CheckResult) => result.check.id !== 'still',
    onAnswers: (result: CheckResult) => result.check.id === 'answer',
  };
  assert.deepEqual(
    makeFindings(doubtNews(last, earlier, rests)).checks.map(({ id, outcome }) => [id, outcome]),
    [
      ['storm', 'problem'],
      ['news', 'unknown'],
      ['over', 'ok'],
      ['answer', 'unknown'],
      ['still', 'problem'],
    ],
  );
});
