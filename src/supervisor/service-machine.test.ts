import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { RestartDecision } from './restart-policy.ts';
import {
  type Effect,
  onCancelled,
  onExit,
  onProbe,
  onSpawned,
  onStopAsked,
  onTimer,
  onWaiting,
  onWanted,
  type Patience,
  type ProbeResult,
  type ServiceState,
  type Step,
} from './service-machine.ts';

const patience: Patience = { startMs: 100, drainMs: 50, termMs: 20, killMs: 10, maxMisses: 3 };
const again: RestartDecision = { action: 'restart', atMonotonicMs: 1000, reason: 'exit 1' };
const no: RestartDecision = { action: 'give-up', reason: 'exit 78' };

test('the ladder of an asked stop is drain, TERM, KILL, then a named failure', () => {
  const seen: string[] = [];
  let step = onStopAsked({ name: 'ready', pid: 7, misses: 0 }, 0, patience);
  for (let now = 0; now <= 100; now += 1) {
    seen.push(
      ...step.effects.flatMap((e) => (e.do === 'signal' ? [`${e.step} at ${now - (now ? 1 : 0)}`] : [])),
    );
    step = onTimer(step.state, now, patience);
  }
  assert.deepEqual(seen, ['drain at 0', 'term at 50', 'kill at 70']);
  assert.deepEqual(step.state, { name: 'unkillable', pid: 7, reason: 'asked' });
});

test('a ready service is stuck after the third miss in a row, and is then not asked to drain', () => {
  const silent: ProbeResult = { kind: 'silent', why: 'no answer' };
  let state: ServiceState = { name: 'ready', pid: 7, misses: 0 };
  for (const result of [silent, silent, { kind: 'ready' } as const, silent, silent]) {
    state = onProbe(state, result, 0, patience).state;
    assert.equal(state.name, 'ready');
  }
  const step = onProbe(state, silent, 0, patience);
  assert.deepEqual(step.state, { name: 'stopping', pid: 7, reason: 'stuck', step: 'term', untilMs: 20 });
});

test('a service that is starting is left alone until its own deadline', () => {
  const started = onSpawned({ name: 'launching' }, 7, 0, patience).state;
  assert.equal(onTimer(started, 99, patience).state.name, 'starting');
  const longer = onProbe(started, { kind: 'starting', deadlineMs: 500 }, 50, patience).state;
  assert.equal(onTimer(longer, 499, patience).state.name, 'starting');
  assert.equal(onTimer(longer, 500, patience).state.name, 'stopping');
});

/** The world around the machine: at most one child, a launch in flight, timers. */
type World = {
  state: ServiceState;
  child: number | undefined;
  launching: boolean;
  wakes: number[];
  now: number;
};
type Event =
  | 'want'
  | 'stop'
  | 'spawned'
  | 'launch-fails'
  | 'waits'
  | 'cancelled'
  | 'exit'
  | 'ready'
  | 'silent'
  | 'standby'
  | 'time';

test('in any order of events there is one child at most, and no state waits without a timer or a way out', () => {
  const events = fc.array(
    fc.tuple(
      fc.constantFrom<Event>(
        'want',
        'stop',
        'spawned',
        'launch-fails',
        'waits',
        'cancelled',
        'exit',
        'ready',
        'silent',
        'standby',
        'time',
      ),
      fc.boolean(),
    ),
    { maxLength: 60 },
  );
  fc.assert(
    fc.property(events, (sequence) => {
      const world: World = {
        state: { name: 'stopped' },
        child: undefined,
        launching: false,
        wakes: [],
        now: 0,
      };
      let nextPid = 1;
      for (const [event, flag] of sequence) {
        const step = happen(world, event, flag ? again : no, nextPid);
        if (step === undefined) continue;
        if (event === 'spawned') nextPid += 1;
        apply(world, step);
        check(world);
      }
    }),
    { numRuns: 2000 },
  );
});

/** Plays one event if it can happen in this world. */
function happen(world: World, event: Event, decision: RestartDecision, pid: number): Step | undefined {
  const { state, now } = world;
  switch (event) {
    case 'want':
      return onWanted(state);
    case 'stop':
      return onStopAsked(state, now, patience);
    case 'waits':
      return world.launching ? onWaiting(state, 'pid 1') : undefined;
    case 'spawned':
      if (!world.launching) return undefined;
      world.launching = false;
      world.child = pid;
      return onSpawned(state, pid, now, patience);
    case 'launch-fails':
      if (!world.launching) return undefined;
      world.launching = false;
      return onExit(state, decision);
    case 'cancelled':
      if (!world.launching || state.name !== 'cancelling') return undefined;
      world.launching = false;
      return onCancelled(state);
    case 'exit':
      if (world.child === undefined) return undefined;
      world.child = undefined;
      return onExit(state, decision);
    case 'ready':
      return world.child === undefined ? undefined : onProbe(state, { kind: 'ready' }, now, patience);
    case 'silent':
      return onProbe(state, { kind: 'silent', why: '' }, now, patience);
    case 'standby':
      return world.child === undefined
        ? undefined
        : onProbe(state, { kind: 'standby', owner: 'x' }, now, patience);
    case 'time': {
      const at = Math.min(...world.wakes);
      if (!Number.isFinite(at)) return undefined;
      world.now = Math.max(now, at);
      world.wakes = world.wakes.filter((wake) => wake > world.now);
      return onTimer(state, world.now, patience);
    }
  }
}

function apply(world: World, step: Step): void {
  world.state = step.state;
  for (const effect of step.effects) act(world, effect);
}

function act(world: World, effect: Effect): void {
  if (effect.do === 'start') {
    assert.ok(!world.launching && world.child === undefined, 'a second start');
    world.launching = true;
  }
  if (effect.do === 'signal') assert.ok(world.child !== undefined, 'a signal to nobody');
  if (effect.do === 'wake') world.wakes = [effect.atMs];
}

function check({ state, child, launching, wakes, now }: World): void {
  if ('pid' in state && state.pid !== undefined) assert.equal(child, state.pid);
  else assert.equal(child, undefined, `a child that ${state.name} does not know`);
  if (['launching', 'cancelling'].includes(state.name)) assert.ok(launching);
  if (['stopped', 'backoff', 'given-up'].includes(state.name))
    assert.ok(!launching, `${state.name} with a launch`);
  if (state.name === 'starting' || state.name === 'stopping' || state.name === 'backoff') {
    assert.ok(
      wakes.some((wake) => wake >= now),
      `${state.name} without a timer`,
    );
  }
}
