import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { chmodSync, lstatSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { diagnose, listChapters } from '../../src/diagnostics/index.ts';
import { run } from '../cli/driver.ts';
import { startUp } from '../cli/up-driver.ts';
import { needsRoot } from '../makers/parts/stand-in-tailscale.ts';
import { examine, healthySetup, inTime, optionsOf, rootIds, TOKEN } from '../makers/setup.ts';

test('a fresh `clawdbot up` gives no findings and exit status 0', async (t) => {
  const up = await startUp(t);
  const report = await inTime(async () => JSON.parse((await up.run(['doctor', '--json'])).stdout));
  assert.deepEqual(report.findings, [], JSON.stringify(report.findings, null, 1));
  assert.equal(report.schemaVersion, 1);
});

test('exit status 1 for problems, 0 without, 1 for a wrong id; JSON stands alone on stdout', async (t) => {
  const setup = await healthySetup(t, 'stopped');
  const options = { home: setup.home };
  const bad = await run(t, ['doctor', '--json'], options);
  assert.equal(bad.status, 1);
  assert.deepEqual(rootIds(JSON.parse(bad.stdout)), ['gateway/down']);
  assert.equal((await run(t, ['doctor', '--only', 'config'], options)).status, 0);
  assert.equal((await run(t, ['doctor', '--only', 'nonsense'], options)).status, 1);
});

test('a run changes not a byte, in whatever state things are', async (t) => {
  const setup = await healthySetup(t, 'stopped');
  chmodSync(setup.paths.config, 0o644);
  writeFileSync(join(setup.paths.stateDir, 'gateway.holder.json'), 'rubbish');
  writeFileSync(setup.paths.database, 'no database', { mode: 0o600 });
  const before = listing(setup.home);
  const report = await examine(setup);
  assert.ok(rootIds(report).length >= 3);
  assert.deepEqual(listing(setup.home), before);
});

test('no secret of config or environment is in any output, also when it stands where it should not', async (t) => {
  const setup = await healthySetup(t, 'stopped');
  setup.configure((config) => {
    config.gateway[TOKEN] = 1;
    config.gateway.bind = TOKEN;
  });
  setup.writeUnit('clawdbot-gateway.service', [
    '[Service]',
    `Environment=CLAWDBOT_GATEWAY_TOKEN=${TOKEN}`,
    `ExecStart=/usr/bin/node /opt/clawdbot/dist/entry.js gateway --token ${TOKEN}`,
  ]);
  for (const extra of [[], ['--json'], ['--verbose']]) {
    const { stdout, stderr } = await run(t, ['doctor', ...extra], { home: setup.home });
    assert.ok(!(stdout + stderr).includes(TOKEN), stdout);
  }
});

test('a report is written 0600 into a file of its own', async (t) => {
  const setup = await healthySetup(t, 'stopped');
  const file = join(setup.home, 'report.json');
  setup.writeUnit('clawdbot-gateway.service', [
    '[Service]',
    'Environment=CLAWDBOT_GATEWAY_TOKEN=another-token-0123456789',
    `ExecStart=/usr/bin/node /opt/clawdbot/dist/entry.js gateway --token ${TOKEN}`,
  ]);
  mkdirSync(setup.paths.logDir, { recursive: true });
  writeFileSync(join(setup.paths.logDir, 'gateway.log'), `{"1":"hello token=${TOKEN}"}\n`);
  await run(t, ['doctor', '--report', file], { home: setup.home });
  assert.equal(statSync(file).mode & 0o777, 0o600);
  const text = readFileSync(file, 'utf8');
  const bundle = JSON.parse(text);
  assert.equal(bundle.schemaVersion, 1);
  assert.match(bundle.machine.os, /\w/);
  assert.match(bundle.units[0].text, /ExecStart=/);
  assert.match(JSON.stringify(bundle.log), /hello token=/);
  assert.ok(Array.isArray(bundle.processes));
  assert.ok(!text.includes(TOKEN) && !text.includes('another-token'), text);
});

test('--fix asks nothing on a pipe and does nothing without --yes', async (t) => {
  const setup = await healthySetup(t, 'stopped');
  chmodSync(setup.paths.config, 0o644);
  const { status, stderr } = await run(t, ['doctor', '--fix'], { home: setup.home });
  assert.equal(status, 1);
  assert.match(stderr, /--yes/);
  assert.equal(statSync(setup.paths.config).mode & 0o777, 0o644);
  await run(t, ['doctor', '--fix', 'config/modes', '--yes'], { home: setup.home });
  assert.equal(statSync(setup.paths.config).mode & 0o777, 0o600);
});

test('a helper that hangs, ignores SIGTERM and writes for ever ends at its deadline and is named', {
  skip: needsRoot() ?? false,
}, async (t) => {
  const setup = await healthySetup(t, 'stopped');
  setup.configure((config) => {
    config.gateway.tailscale = { mode: 'serve' };
  });
  const directory = join(setup.home, 'helpers');
  mkdirSync(directory, { mode: 0o755 });
  const scripts = {
    sleeps: 'sleep 600',
    'ignores SIGTERM': "trap '' TERM; sleep 600 & wait",
    'writes for ever': 'while :; do echo no; done',
  };
  for (const [what, script] of Object.entries(scripts)) {
    writeFileSync(join(directory, 'tailscale'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    const startedAt = performance.now();
    const report = await diagnose(optionsOf(setup, { helperDirectories: [directory], only: ['tailnet'] }));
    assert.ok(performance.now() - startedAt < 60_000, what);
    assert.deepEqual(rootIds(report), ['tailnet/state'], what);
  }
});

test('every check has a chapter, and docs/doctor.md has a line for each', async () => {
  const text = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'doctor.md'), 'utf8');
  for (const { id, title, why, manual, causes } of listChapters()) {
    assert.match(id, /^[a-z]+\/[a-z-]+$/);
    assert.ok(title.length > 10, `${id}: the title says too little`);
    assert.ok(
      why.length > 20 && manual.length > 60,
      `${id}: why (20) or manual (60 characters) is too short`,
    );
    assert.ok(
      text.includes(`\`${id}\``),
      `${id}: add its row to docs/doctor.md, or run test/diagnostics/write-doc.ts --write`,
    );
    for (const cause of causes)
      assert.ok(
        listChapters().some((other) => other.id === cause),
        `${id} depends on ${cause}`,
      );
  }
});

function listing(directory: string): Map<string, string> {
  const facts = new Map<string, string>();
  for (const name of readdirSync(directory, { recursive: true, encoding: 'utf8' })) {
    const path = join(directory, name);
    const found = lstatSync(path);
    const content = found.isFile() ? createHash('sha256').update(readFileSync(path)).digest('hex') : '';
    facts.set(name, `${found.mode} ${found.mtimeMs} ${found.size} ${content}`);
  }
  return facts;
}
