import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { chmodSync, lstatSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { planRepairs, repair, undoRepairs } from '../../src/diagnostics/index.ts';
import type { Maker } from '../makers/maker.ts';
import { examine, healthySetup, rootIds } from '../makers/setup.ts';

/** Makers whose finding the doctor can put right by itself. */
const REPAIRABLE = [
  'config-leftovers',
  'config-modes',
  'lock-owner-dead',
  'lock-unreadable',
  'logs-shared-tmp',
  'node-status',
];

for (const name of REPAIRABLE) {
  test(`${name}: repaired without touching anything else, and taken back exactly`, async (t) => {
    const { maker }: { maker: Maker } = await import(join('..', 'makers', `${name}.ts`));
    const setup = await healthySetup(t, 'stopped');
    // The gateway ran once and ended, so that nothing changes by itself.
    if (name === 'lock-owner-dead' || name === 'lock-unreadable' || name === 'logs-shared-tmp') {
      const ran = await healthyGateway(setup);
      await maker.make({ ...setup, gateway: ran });
      ran.child.kill('SIGKILL');
      await ran.ended;
    } else await maker.make(setup);
    const options = {
      env: setup.env,
      paths: setup.paths,
      helperDirectories: [],
      tailscaleSocket: '/nonexistent/tailscaled.sock',
    };

    const broken = snapshot(setup.paths.stateDir);
    const report = await examine(setup);
    const planned = planRepairs(report, [maker.id]);
    assert.equal(planned.length, 1, JSON.stringify(report.findings.map(({ id }) => id)));
    const { did, stillThere } = await repair(planned, options);
    assert.deepEqual([...new Set(did.map(({ result }) => result.kind))], ['done']);
    assert.deepEqual(stillThere, []);
    assert.ok(!rootIds(await examine(setup)).includes(maker.id));

    const touched = new Set(
      did.flatMap(({ step }) => ('path' in step ? [step.path, `${step.path}.set-aside`] : [])),
    );
    const repaired = snapshot(setup.paths.stateDir);
    for (const [path, facts] of [...broken, ...repaired]) {
      if (touched.has(path) || path.endsWith('doctor-repairs.json')) continue;
      assert.equal(repaired.get(path), broken.get(path) ?? facts, `${path} was changed`);
    }

    // A second repair finds nothing to do.
    assert.deepEqual(planRepairs(await examine(setup), [maker.id]), []);
    await undoRepairs(options);
    const undone = snapshot(setup.paths.stateDir);
    undone.delete(join(setup.paths.stateDir, 'doctor-repairs.json'));
    assert.deepEqual(undone, broken);
    assert.ok(rootIds(await examine(setup)).includes(maker.id), 'taken back means: there again');
  });
}

test('a repair interrupted after its first step is finished by repeating it, and taken back as a whole', async (t) => {
  const { maker }: { maker: Maker } = await import('../makers/config-modes.ts');
  const setup = await healthySetup(t, 'stopped');
  await maker.make(setup);
  const options = {
    env: setup.env,
    paths: setup.paths,
    helperDirectories: [],
    tailscaleSocket: '/nonexistent/tailscaled.sock',
  };
  const broken = snapshot(setup.paths.stateDir);
  const [planned] = planRepairs(await examine(setup), [maker.id]);
  assert.ok(planned !== undefined);
  await repair([{ ...planned, steps: planned.steps.slice(0, 1) }], options);
  await repair(planRepairs(await examine(setup), [maker.id]), options);
  assert.ok(!rootIds(await examine(setup)).includes(maker.id));
  await undoRepairs(options);
  const undone = snapshot(setup.paths.stateDir);
  undone.delete(join(setup.paths.stateDir, 'doctor-repairs.json'));
  assert.deepEqual(undone, broken);
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
  const options = { env: setup.env, paths: setup.paths, helperDirectories: [] };
  await repair(planRepairs(await examine(setup), ['config/modes']), options);
  assert.ok(!rootIds(await examine(setup)).includes('config/modes'));
  await undoRepairs(options);
  const undone = snapshot(setup.paths.stateDir);
  undone.delete(join(setup.paths.stateDir, 'doctor-repairs.json'));
  assert.deepEqual(undone, broken);
});

test('a step whose premise has gone is left out', async (t) => {
  const { maker }: { maker: Maker } = await import('../makers/config-modes.ts');
  const setup = await healthySetup(t, 'stopped');
  await maker.make(setup);
  const planned = planRepairs(await examine(setup), [maker.id]);
  chmodSync(setup.paths.config, 0o600);
  chmodSync(setup.paths.stateDir, 0o700);
  const { did } = await repair(planned, {
    env: setup.env,
    paths: setup.paths,
    helperDirectories: [],
    tailscaleSocket: '/nonexistent/tailscaled.sock',
  });
  assert.deepEqual([...new Set(did.map(({ result }) => result.kind))], ['not-needed']);
});

async function healthyGateway(setup: Awaited<ReturnType<typeof healthySetup>>) {
  const running = setup.clawdbot('gateway', 'run');
  const giveUpAt = performance.now() + 15_000;
  while (rootIds(await examine(setup)).length > 0) {
    if (performance.now() > giveUpAt)
      throw new Error(`the gateway does not come up: ${running.output.stderr}`);
  }
  return running;
}

/** Path to kind, mode and content of everything below a directory. */
function snapshot(directory: string): Map<string, string> {
  const facts = new Map<string, string>();
  const walk = (path: string): void => {
    const { mode } = lstatSync(path);
    const isDirectory = lstatSync(path).isDirectory();
    const content = lstatSync(path).isFile()
      ? createHash('sha256').update(readFileSync(path)).digest('hex')
      : '';
    facts.set(path, `${mode.toString(8)} ${content}`);
    if (isDirectory) for (const name of readdirSync(path)) walk(join(path, name));
  };
  walk(directory);
  return facts;
}
