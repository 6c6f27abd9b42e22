import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspectListeners } from '../../src/supervisor/index.ts';
import { damage, disturb, type Kind, moveClock } from './chaos/disturb.ts';
import { currentOwner, fill, forgetTheDead, isAlive, newWorld, overlaps, start } from './chaos/world.ts';

// `CHAOS_ROUNDS=200 CHAOS_CONTENDERS=64 npm test -- supervisor` is the full run; see CONTRIBUTING.md, Tests.
const rounds = Number(process.env.CHAOS_ROUNDS ?? 8);
const contenders = Number(process.env.CHAOS_CONTENDERS ?? 8);
/** Printed with every failure; `CHAOS_SEED` repeats a run as far as the kernel's scheduling allows. */
const seed = Number(process.env.CHAOS_SEED ?? Date.now() % 1_000_000);

test(`chaos: ${rounds} rounds with ${contenders} contenders, never two owners, no lost take-over (seed ${seed})`, async (t) => {
  const world = await newWorld(t, { seed, contenders });
  const latencies = new Map<Kind, number[]>();
  if (world.clock === undefined)
    t.diagnostic('no libfaketime (package faketime): no jumps of the wall clock');
  await fill(world);
  const startedMs = performance.now();
  for (let round = 0; round < rounds; round += 1) {
    const owner = await currentOwner(world);
    damage(world);
    moveClock(world);
    const { kind, killedMs } = await disturb(world, owner);
    const next = await currentOwner(world, isAlive(owner) && killedMs === undefined ? undefined : owner);
    const served = next.events.findLast(({ event }) => event === 'serving' || event === 'resumed');
    if (killedMs !== undefined && served !== undefined)
      latencies.set(kind, [...(latencies.get(kind) ?? []), served.seenMs - killedMs]);
    assert.deepEqual(overlaps(world), [], `round ${round}, ${kind}, seed ${seed}`);
    // A keeper of sockets has the socket of an owner that gave it away, and never accepts.
    const holders = inspectListeners({ port: world.port })
      .flatMap((listener) => listener.holders)
      .filter(({ name }) => name !== 'clawdbot-keeper');
    assert.equal(new Set(holders.map(({ pid }) => pid)).size <= 1, true, JSON.stringify(holders));
    forgetTheDead(world);
    await fill(world);
  }
  const seconds = (performance.now() - startedMs) / 1000;
  t.diagnostic(`${(seconds / rounds).toFixed(2)} s per round; a pid was reused ${world.reuse.hits} times`);
  t.diagnostic(`take-over, all: ${summary([...latencies.values()].flat())}`);
  for (const [kind, some] of latencies) t.diagnostic(`take-over after ${kind}: ${summary(some)}`);
});

test('when everybody is killed at once, the next start by hand serves and is never told of a dead owner', async (t) => {
  const world = await newWorld(t, { seed, contenders: 4 });
  for (let round = 0; round < Math.max(3, rounds / 10); round += 1) {
    world.all = [];
    await fill(world);
    for (const program of world.all) program.child.kill('SIGKILL');
    const next = start(world, []);
    await next.until('serving');
    assert.deepEqual(overlaps(world), []);
    next.child.kill('SIGKILL');
    await next.exited;
  }
});

function summary(latencies: number[]): string {
  if (latencies.length === 0) return 'never';
  latencies.sort((a, b) => a - b);
  const at = (share: number) =>
    Math.round(latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? 0);
  return `${latencies.length} times, p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, at most ${at(1)} ms`;
}
