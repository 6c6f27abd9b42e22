import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { UnitView } from '../facts/units.ts';
import { isLooping } from './is-looping.ts';

const BETWEEN = { activeState: 'activating', subState: 'auto-restart', mainAgeMs: Number.POSITIVE_INFINITY };
const YOUNG = { activeState: 'active', subState: 'running', mainAgeMs: 3_000 };

type Case = {
  what: string;
  isOurs?: boolean;
  loaded: Partial<UnitView['loaded']>;
  recent?: UnitView['recent'];
  loops: boolean;
};

const CASES: readonly Case[] = [
  {
    what: 'one that ended for the fourth time in a year, and is about to be started again',
    loaded: { ...BETWEEN, result: 'exit-code', lastRunMs: 86_400_000 },
    loops: false,
  },
  {
    what: 'one that has just been started again, for the fourth time in a year',
    loaded: YOUNG,
    recent: { restarts: 1, failures: 1, hasFailed: true },
    loops: false,
  },
  {
    what: 'one that fails again and again, between two attempts',
    loaded: { ...BETWEEN, result: 'exit-code', lastRunMs: 5_000 },
    loops: true,
  },
  {
    what: 'one that fails again and again, in an attempt',
    loaded: YOUNG,
    recent: { restarts: 7, failures: 7, hasFailed: true },
    loops: true,
  },
  { what: 'the same where no journal can be read', loaded: YOUNG, loops: true },
  {
    what: 'one of ours that was started anew for a setting, several times',
    isOurs: true,
    loaded: { ...BETWEEN, result: 'success', lastRunMs: 4_000 },
    recent: { restarts: 4, failures: 0, hasFailed: false },
    loops: false,
  },
  {
    what: 'the same in its start, with failures a while ago',
    isOurs: true,
    loaded: { activeState: 'activating', subState: 'start', result: 'success', mainAgeMs: 100 },
    recent: { restarts: 8, failures: 4, hasFailed: false },
    loops: false,
  },
  {
    what: 'one of ours that fails in each start',
    isOurs: true,
    loaded: { activeState: 'activating', subState: 'start', result: 'success', mainAgeMs: 100 },
    recent: { restarts: 4, failures: 4, hasFailed: true },
    loops: true,
  },
  { what: 'one of ours that serves again', isOurs: true, loaded: YOUNG, loops: false },
];

for (const { what, isOurs = false, loaded, recent, loops } of CASES)
  test(`${what}: ${loops ? 'a storm' : 'no storm'}`, () => {
    // Only what the decision reads.
    const unit = { isOurs, recent, loaded: { restarts: 4, ...loaded } } as UnitView;
    assert.equal(isLooping(unit), loops);
  });
