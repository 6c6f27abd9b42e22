import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import type { AttemptFailure } from './failure.ts';
import {
  attemptBudgetMs,
  initialState,
  type NodeState,
  nextAttemptAt,
  onAnnouncement,
  onAttemptDue,
  onFailure,
  onHello,
  onLost,
  onNetworkBack,
  onStop,
} from './node-state.ts';
import { NO_FAILURES } from './retry-delay.ts';

const GATEWAY = { url: 'ws://127.0.0.1:18789/' };
const DOWN: AttemptFailure = { class: 'unreachable', text: 'connect ECONNREFUSED' };
const WRONG_TOKEN: AttemptFailure = { class: 'credentials', text: 'unauthorized', remedy: 'set the token' };
const UNPAIRED: AttemptFailure = { class: 'pairing', text: 'pairing required', requestId: 'r1' };
const START = 1_000_000;

function connectedSince(since: number): NodeState {
  return onHello(initialState(since), GATEWAY, since);
}

/** Goes through failures until `until`; gives the time of each attempt. */
function attemptsUntil(state: NodeState, from: number, until: number, random: () => number): number[] {
  const times: number[] = [];
  let current = state;
  for (let now = from; now < until; now = nextAttemptAt(current) ?? until) {
    times.push(now);
    current = onFailure(onAttemptDue(current, now), DOWN, { now, random: random() });
  }
  return times;
}

test('waits for approval with the request id and the exact command, and asks again within 800 ms', () => {
  const state = onFailure(initialState(START), UNPAIRED, { now: START, random: 0.999 });
  assert.equal(state.state, 'waiting-for-approval');
  assert.deepEqual(state.state === 'waiting-for-approval' && state.approveWith, [
    'clawdbot',
    'nodes',
    'approve',
    'r1',
  ]);
  const due = nextAttemptAt(state) ?? 0;
  assert.ok(due > START && due <= START + 800);
});

test('shows the new request when the old one expired, and keeps waiting since the first', () => {
  const first = onFailure(initialState(START), UNPAIRED, { now: START, random: 0.5 });
  const later = onFailure(
    onAttemptDue(first, START + 301_000),
    { ...UNPAIRED, requestId: 'r2' },
    { now: START + 301_000, random: 0.5 },
  );
  assert.equal(later.state === 'waiting-for-approval' && later.requestId, 'r2');
  assert.equal(later.state === 'waiting-for-approval' && later.since, START);
});

test('a gateway that holds the look is asked again at once, however long it has been', () => {
  let state = initialState(0);
  for (const now of [0, 60 * 60_000]) {
    state = onFailure(onAttemptDue(state, now), { ...UNPAIRED, retryAfterMs: 500 }, { now, random: 0.5 });
    assert.equal(nextAttemptAt(state), now + 600);
  }
});

test('asks less often when nobody has looked for half an hour', () => {
  let state = onFailure(initialState(START), UNPAIRED, { now: START, random: 0 });
  const now = START + 31 * 60_000;
  state = onFailure(onAttemptDue(state, now), UNPAIRED, { now, random: 0 });
  assert.equal(nextAttemptAt(state), now + 3_000);
});

test('comes back within half a second after an announced restart, and looks at least twice a second for 15 s', () => {
  const connected = onAnnouncement(connectedSince(START), { restartExpectedMs: 1_500 });
  const lostAt = START + 5_000;
  const lost = onLost(connected, { code: 1012, reason: 'service restart' }, { now: lostAt, random: 0.999 });
  const attempts = attemptsUntil(lost, nextAttemptAt(lost) ?? 0, lostAt + 15_000, () => 0.999);
  const gaps = [lostAt, ...attempts]
    .slice(1)
    .map((time, index) => time - ([lostAt, ...attempts][index] ?? 0));
  assert.ok(Math.max(...gaps) <= 500, String(Math.max(...gaps)));
  assert.ok(attempts.length >= 29);
});

test('backs off to 30 s when the gateway stays away, and never beyond', () => {
  const lost = onLost(
    connectedSince(START),
    { code: 1006, reason: '' },
    { now: START + 60_000, random: 0.5 },
  );
  const attempts = attemptsUntil(lost, nextAttemptAt(lost) ?? 0, START + 3_600_000, () => 0.999);
  const gaps = attempts.slice(1).map((time, index) => time - (attempts[index] ?? 0));
  assert.ok(Math.max(...gaps) <= 30_000);
  assert.ok((gaps.at(-1) ?? 0) > 29_000);
  assert.ok(attempts.length < 220, String(attempts.length));
});

test('a connection that does not last forgives nothing', () => {
  let state = initialState(START);
  let now = START;
  const pauses: number[] = [];
  for (let round = 0; round < 12; round += 1) {
    state = onLost(onHello(state, GATEWAY, now), { code: 1006, reason: '' }, { now: now + 1_000, random: 0 });
    pauses.push((nextAttemptAt(state) ?? 0) - now - 1_000);
    now = nextAttemptAt(state) ?? 0;
    state = onAttemptDue(state, now);
  }
  assert.deepEqual(pauses.slice(0, 5), [250, 500, 1_000, 2_000, 4_000]);
  assert.equal(pauses.at(-1), 15_000);
});

test('a gateway that announces one restart after another is not met eagerly for ever', () => {
  let state = initialState(START);
  let now = START;
  for (let round = 0; round < 10; round += 1) {
    state = onAnnouncement(onHello(state, GATEWAY, now), { restartExpectedMs: 0 });
    state = onLost(state, { code: 1012, reason: '' }, { now, random: 0 });
    now = nextAttemptAt(state) ?? 0;
    state = onAttemptDue(state, now);
  }
  state = onLost(onHello(state, GATEWAY, now), { code: 1012, reason: '' }, { now, random: 0 });
  assert.ok((nextAttemptAt(state) ?? 0) - now >= 15_000);
});

test('a wrong token leaves the fast loop at once and shows the remedy', () => {
  const state = onFailure(initialState(START), WRONG_TOKEN, { now: START, random: 0 });
  assert.equal(nextAttemptAt(state), START + 2_500);
  assert.equal(state.state === 'backoff' && state.lastError.remedy, 'set the token');
  const inWindow = onAttemptDue(
    onLost(connectedSince(START), { code: 1012, reason: '' }, { now: START + 60_000, random: 0 }),
    START + 60_200,
  );
  const refused = onFailure(inWindow, WRONG_TOKEN, { now: START + 60_200, random: 0 });
  assert.equal(nextAttemptAt(refused), START + 62_700, 'also while a restart is expected');
});

test('the wish of the gateway for a pause is a lower bound', () => {
  const state = onFailure(
    initialState(START),
    { ...WRONG_TOKEN, retryAfterMs: 45_000 },
    { now: START, random: 0 },
  );
  assert.equal(nextAttemptAt(state), START + 45_000);
});

test('fifty nodes that lost the same gateway for an hour come back spread out', () => {
  const nodes = Array.from({ length: 50 }, (_, index) => {
    let seed = index + 1;
    const random = () => {
      seed = (seed * 48_271) % 2_147_483_647; // minimal standard generator, so that the test is the same every time
      return seed / 2_147_483_647;
    };
    const lost = onLost(
      connectedSince(START),
      { code: 1012, reason: '' },
      { now: START + 60_000, random: random() },
    );
    return attemptsUntil(lost, nextAttemptAt(lost) ?? 0, START + 3_700_000, random);
  });
  const back = START + 3_660_000;
  const arrivals = nodes.map((times) => times.find((time) => time >= back) ?? Number.POSITIVE_INFINITY);
  const perSecond = new Map<number, number>();
  for (const at of arrivals) {
    const second = Math.floor((at - back) / 1_000);
    perSecond.set(second, (perSecond.get(second) ?? 0) + 1);
  }
  assert.ok(Math.max(...arrivals) <= back + 30_000, 'all are back within the cap');
  assert.ok(
    Math.max(...perSecond.values()) <= 8,
    `at most 8 of 50 in one second: ${Math.max(...perSecond.values())}`,
  );
});

/** Any sequence of events, at any pace. */
const anyEvent = fc.oneof(
  fc.constant('due' as const),
  fc.constant('hello' as const),
  fc.constant('announce' as const),
  fc.constantFrom('pairing', 'credentials', 'refused', 'unreachable').map((kind) => `fail:${kind}` as const),
  fc.constantFrom(1000, 1006, 1008, 1012, 4000, 4001).map((code) => `lost:${code}` as const),
);

function apply(state: NodeState, event: string, now: number, random: number): NodeState {
  const [name, detail] = event.split(':');
  if (name === 'due') return onAttemptDue(state, now);
  if (name === 'hello') return onHello(state, GATEWAY, now);
  if (name === 'announce') return onAnnouncement(state, { restartExpectedMs: 1_500 });
  if (name === 'lost') return onLost(state, { code: Number(detail), reason: '' }, { now, random });
  return onFailure(state, { class: detail as AttemptFailure['class'], text: 't' }, { now, random }); // the generator's words
}

test('whatever happens, there is a connection, a running attempt, or a time for the next one within five minutes', () => {
  const steps = fc.array(
    fc.tuple(anyEvent, fc.integer({ min: 0, max: 400_000 }), fc.double({ min: 0, max: 0.999, noNaN: true })),
  );
  fc.assert(
    fc.property(steps, (list) => {
      let now = START;
      let state = initialState(now);
      for (const [event, pause, random] of list) {
        now += pause;
        const before = state;
        state = apply(state, event, now, random);
        if (state.state === 'connected' || state.state === 'connecting') continue;
        const due = nextAttemptAt(state);
        assert.ok(due !== undefined);
        if (state !== before && event !== 'due')
          assert.ok(due > now && due <= now + 300_000, `${event}: ${due - now}`);
      }
    }),
    { numRuns: 500 },
  );
});

test('pauses of one cause never shrink below half of the one before until all is well', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { minLength: 2, maxLength: 40 }),
      (randoms) => {
        let now = START;
        let state = initialState(now);
        let before = 0;
        for (const random of randoms) {
          state = onFailure(onAttemptDue(state, now), DOWN, { now, random });
          const pause = (nextAttemptAt(state) ?? 0) - now;
          assert.ok(pause >= before / 2);
          before = pause;
          now += pause;
        }
      },
    ),
  );
});

test('nothing brings a stopping node back', () => {
  const stopping = onStop(connectedSince(START), START + 1);
  for (const event of ['due', 'hello', 'announce', 'fail:pairing', 'fail:unreachable', 'lost:1006']) {
    assert.equal(apply(stopping, event, START + 2, 0.5), stopping, event);
  }
  assert.equal(onStop(stopping, START + 3), stopping);
});

test('a stable connection starts the tally anew', () => {
  const tried = onAttemptDue(onFailure(initialState(START), DOWN, { now: START, random: 0 }), START + 500);
  const lost = onLost(
    onHello(tried, GATEWAY, START + 500),
    { code: 1006, reason: '' },
    { now: START + 40_000, random: 0 },
  );
  assert.deepEqual(lost.state === 'backoff' && lost.tally, NO_FAILURES);
  assert.equal(lost.state === 'backoff' && lost.attempt, 0);
});

test('a network that came back ends the pause and is looked for eagerly, however long it was gone', () => {
  let state: NodeState = initialState(START);
  for (let turn = 0; turn < 20; turn += 1) {
    state = onAttemptDue(onFailure(state, DOWN, { now: START, random: 0.5 }), START);
  }
  const back = onNetworkBack(onFailure(state, DOWN, { now: START, random: 0.5 }), START);
  assert.equal(nextAttemptAt(back), START);
  const trying = onAttemptDue(back, START);
  assert.equal(attemptBudgetMs(trying, START), 3_000);
  const times = attemptsUntil(back, START, START + 5_000, () => 0.999);
  assert.ok(times.length >= 10, `${times}`);
});

test('an attempt that runs when the network comes back has the same patience behind it', () => {
  const again = onFailure(onNetworkBack(initialState(START), START), DOWN, {
    now: START + 3_000,
    random: 0.999,
  });
  assert.ok((nextAttemptAt(again) ?? 0) <= START + 3_500);
});

test('a network that comes back does not shorten the pause after a wrong token', () => {
  const refused = onFailure(initialState(START), WRONG_TOKEN, { now: START, random: 0 });
  assert.equal(onNetworkBack(refused, START), refused);
});
