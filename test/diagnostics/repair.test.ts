import assert from 'node:assert/strict';
import { chmodSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { planRepairs, repair, undoRepairs } from '../../src/diagnostics/index.ts';
import type { Maker } from '../makers/maker.ts';
import { changedSince, type Snapshot, snapshot } from '../makers/parts/snapshot.ts';
import { examine, healthySetup, optionsOf, rootIds, type Setup } from '../makers/setup.ts';

test('a repair interrupted after its first step is finished by repeating it, and taken back as a whole', async (t) => {
  const { maker }: { maker: Maker } = await import('../makers/config-modes.ts');
  const setup = await healthySetup(t, 'stopped');
  await maker.make(setup);
  const options = optionsOf(setup);
  const broken = snapshot(setup.paths.stateDir);
  const [planned] = planRepairs(await examine(setup), [maker.id]);
  assert.ok(planned !== undefined);
  await repair([{ ...planned, steps: planned.steps.slice(0, 1) }], options);
  await repair(planRepairs(await examine(setup), [maker.id]), options);
  assert.ok(!rootIds(await examine(setup)).includes(maker.id));
  await undoRepairs(options);
  assertAsBefore(setup, broken);
});

test('killed at any moment, a repair is finished by repeating it and taken back to the byte', async (t) => {
  const setup = await healthySetup(t, 'stopped');
  const files = ['a', 'b', 'c', 'd', 'e'].map((name) => `${setup.paths.config}.bak.${name.charCodeAt(0)}`);
  for (const file of files) writeFileSync(file, '{}');
  for (const file of [setup.paths.config, ...files]) chmodSync(file, 0o644);
  const broken = snapshot(setup.paths.stateDir);
  let kills = 0;
  for (let afterMs = 80; afterMs < 400; afterMs += 40) {
    const repairing = setup.clawdbot('doctor', '--fix', '--yes');
    const timer = setTimeout(() => repairing.child.kill('SIGKILL'), afterMs);
    const { signal } = await repairing.ended;
    clearTimeout(timer);
    if (signal === 'SIGKILL') kills += 1;
    // The next one has something to do again, whatever the last one got done.
    if (signal !== 'SIGKILL') for (const file of files) chmodSync(file, 0o644);
  }
  assert.ok(kills > 0, 'no repair was killed');
  const options = optionsOf(setup);
  await repair(planRepairs(await examine(setup), ['config/modes']), options);
  assert.ok(!rootIds(await examine(setup)).includes('config/modes'));
  await undoRepairs(options);
  assertAsBefore(setup, broken);
});

test('a step whose premise has gone is left out', async (t) => {
  const { maker }: { maker: Maker } = await import('../makers/config-modes.ts');
  const setup = await healthySetup(t, 'stopped');
  await maker.make(setup);
  const planned = planRepairs(await examine(setup), [maker.id]);
  chmodSync(setup.paths.config, 0o600);
  chmodSync(setup.paths.stateDir, 0o700);
  const { did } = await repair(planned, optionsOf(setup));
  assert.deepEqual([...new Set(did.map(({ result }) => result.kind))], ['not-needed']);
});

/** Every file is as it was, but for the journal of repairs and what a writer of it that was killed left beside it. */
function assertAsBefore({ paths }: Setup, before: Snapshot): void {
  const left = changedSince(before, snapshot(paths.stateDir));
  assert.deepEqual(
    left.filter((path) => !/\/(\.doctor-repairs\.json\.\d+\.\w+\.tmp|doctor-repairs\.json)$/.test(path)),
    [],
  );
}
