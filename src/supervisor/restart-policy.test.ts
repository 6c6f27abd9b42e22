import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Death } from './death.ts';
import {
  countDeath,
  DEFAULT_POLICY,
  decideRestart,
  EMPTY_TALLY,
  type RestartPolicy,
  type Tally,
} from './restart-policy.ts';

const death = (cause: string, atMs: number, readyMs = 0): Death => ({
  cause,
  exitCode: null,
  signal: null,
  spawnError: null,
  endedBy: null,
  durationMs: 10,
  readyMs,
  at: { wallMs: 0, monotonicMs: atMs },
  lastLines: [],
});
const policies = fc.record({
  baseMs: fc.integer({ min: 1, max: 10_000 }),
  capMs: fc.integer({ min: 10_000, max: 600_000 }),
  jitter: fc.double({ min: 0, max: 1, noNaN: true }),
  forgetAfterReadyMs: fc.integer({ min: 1, max: 600_000 }),
  maxDeaths: fc.integer({ min: 1, max: 20 }),
  windowMs: fc.integer({ min: 1000, max: 3_600_000 }),
});
const chance = fc.double({ min: 0, max: 1, noNaN: true });
const causes = fc.constantFrom('exit 0', 'exit 1', 'exit 75', 'signal SIGSEGV', 'stuck', 'not ready');
const permanent = fc.constantFrom('exit 78', 'exit 69', 'spawn ENOENT', 'spawn EACCES');

test('a permanent cause is never retried, whatever the history and policy', () => {
  fc.assert(
    fc.property(policies, fc.array(causes), permanent, chance, (policy, history, last, luck) => {
      const tally = run(policy, [...history, last]);
      assert.equal(decideRestart(tally, policy, { monotonicMs: 1e6, chance: luck }).action, 'give-up');
    }),
  );
});

test('the delay stays between base and cap and never shrinks within a loop', () => {
  fc.assert(
    fc.property(
      policies,
      fc.array(fc.tuple(causes, chance), { minLength: 1, maxLength: 40 }),
      (policy, steps) => {
        const patient = { ...policy, maxDeaths: 1000 };
        let tally: Tally = EMPTY_TALLY;
        let before = 0;
        for (const [cause, luck] of steps) {
          tally = countDeath(tally, death(cause, 0), patient);
          const decision = decideRestart(tally, patient, { monotonicMs: 0, chance: luck });
          assert.equal(decision.action, 'restart');
          if (decision.action !== 'restart') return;
          assert.ok(decision.atMonotonicMs >= Math.min(patient.baseMs, patient.capMs) - 1);
          assert.ok(decision.atMonotonicMs <= patient.capMs);
          assert.ok(decision.atMonotonicMs >= before - 1, `${decision.atMonotonicMs} after ${before}`);
          before = decision.atMonotonicMs;
        }
      },
    ),
  );
});

test('however a program dies, starts in any window are bounded unless it asks to be tried later', () => {
  fc.assert(
    fc.property(policies, causes, fc.integer({ min: 0, max: 5000 }), chance, (policy, cause, runMs, luck) => {
      fc.pre(cause !== 'exit 75');
      let tally: Tally = EMPTY_TALLY;
      let now = 0;
      const starts: number[] = [];
      for (let i = 0; i < 60; i += 1) {
        starts.push(now);
        tally = countDeath(tally, { ...death(cause, now + runMs), durationMs: runMs }, policy);
        const decision = decideRestart(tally, policy, { monotonicMs: now + runMs, chance: luck });
        if (decision.action === 'give-up') break;
        now = decision.atMonotonicMs;
      }
      for (const start of starts) {
        const within = starts.filter((other) => other >= start && other - start <= policy.windowMs - runMs);
        assert.ok(within.length <= policy.maxDeaths + 1);
      }
    }),
  );
});

test('a long ready period makes earlier deaths forgotten', () => {
  fc.assert(
    fc.property(policies, fc.array(causes, { maxLength: 50 }), (policy, history) => {
      const tally = countDeath(run(policy, history), death('exit 1', 0, policy.forgetAfterReadyMs), policy);
      assert.equal(tally.deaths.length, 1);
    }),
  );
});

test('a verdict of given-up stays until it is cleared', () => {
  const tally: Tally = { ...EMPTY_TALLY, givenUp: { reason: 'the program does not exist', wallMs: 0 } };
  assert.deepEqual(decideRestart(tally, DEFAULT_POLICY, { monotonicMs: 1e9, chance: 0 }), {
    action: 'give-up',
    reason: 'the program does not exist',
  });
});

test('the default limit trips for a program that dies at once and for one that needs a minute', () => {
  for (const runMs of [5, 20_000, 60_000]) {
    let tally: Tally = EMPTY_TALLY;
    let now = 0;
    let starts = 0;
    for (;;) {
      starts += 1;
      now += runMs;
      tally = countDeath(tally, death('exit 1', now), DEFAULT_POLICY);
      const decision = decideRestart(tally, DEFAULT_POLICY, { monotonicMs: now, chance: 1 });
      if (decision.action === 'give-up') break;
      now = decision.atMonotonicMs;
      assert.ok(starts < 100, `never gives up at ${runMs} ms`);
    }
    assert.equal(starts, DEFAULT_POLICY.maxDeaths);
  }
});

function run(policy: RestartPolicy, history: readonly string[]): Tally {
  return history.reduce((tally, cause) => countDeath(tally, death(cause, 0), policy), EMPTY_TALLY);
}
