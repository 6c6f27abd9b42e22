import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Collectors, collectFacts, Unavailable } from './collect-facts.ts';

type Sample = { a: number; b: number; slow: number; broken: number; absent: number; onSlow: number };

const sleeps = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error('ended')));
  });

const plain = { waitsFor: 'nothing', deadlineMs: 60_000 };

const COLLECTORS: Collectors<Sample, { start: number }> = {
  a: { ...plain, collect: ({ start }) => start },
  b: { ...plain, collect: async (_, { fact }) => (await fact('a')) + 1 },
  slow: { waitsFor: 'a snail', deadlineMs: 30, collect: (_, { signal }) => sleeps(signal) },
  broken: {
    ...plain,
    collect: () => {
      throw new TypeError('a defect');
    },
  },
  absent: {
    ...plain,
    collect: () => {
      throw new Unavailable('no permission');
    },
  },
  onSlow: { ...plain, collect: async (_, { fact }) => fact('slow') },
};

function collect(...names: (keyof Sample)[]) {
  return collectFacts<Sample, { start: number }>({
    collectors: COLLECTORS,
    names,
    context: { start: 1 },
    totalMs: 60_000,
  });
}

test('gathers what is asked for, and what that asks for, each once', async () => {
  let asked = 0;
  const collectors = { ...COLLECTORS, a: { ...plain, collect: () => (asked += 1) } };
  const facts = await collectFacts<Sample, { start: number }>({
    collectors,
    names: ['b', 'a', 'b'],
    context: { start: 1 },
    totalMs: 60_000,
  });
  assert.equal(asked, 1);
  assert.deepEqual(Object.keys(facts).toSorted(), ['a', 'b']);
  assert.equal(facts.b?.kind === 'known' ? facts.b.value : undefined, 2);
});

test('a late fact says what it waited for, is told to end, and holds nobody else up', async () => {
  const { slow, a } = await collect('slow', 'a');
  assert.equal(slow?.kind, 'late');
  assert.match(slow?.kind === 'late' ? slow.why : '', /no answer from a snail within 30 ms/);
  assert.equal(a?.kind, 'known');
});

test('no permission, a defect and a late source are told apart', async () => {
  const { absent, broken, onSlow } = await collect('absent', 'broken', 'onSlow');
  assert.equal(absent?.kind, 'unavailable');
  assert.equal(broken?.kind, 'crashed');
  // It cannot be known because its source is late; the source is the finding.
  assert.equal(onSlow?.kind, 'unavailable');
});

test('the total deadline holds for every fact', async () => {
  const facts = await collectFacts<Sample, { start: number }>({
    collectors: { ...COLLECTORS, slow: { ...COLLECTORS.slow, deadlineMs: 60_000 } },
    names: ['slow'],
    context: { start: 1 },
    totalMs: 40,
  });
  assert.equal(facts.slow?.kind, 'late');
});
