import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { diagnose } from '../../src/diagnostics/index.ts';
import { entry, run } from '../cli/driver.ts';
import { startOther } from '../makers/parts/other-program.ts';
import { startNode } from '../makers/parts/real-node.ts';
import { realUnit } from '../makers/parts/real-unit.ts';
import { remoteGateway } from '../makers/parts/remote-gateway.ts';
import { changedSince, snapshot } from '../makers/parts/snapshot.ts';
import { needsRoot, RUNNING, standInTailscale } from '../makers/parts/stand-in-tailscale.ts';
import { examine, gatewayAnswers, healthySetup, optionsOf, rootIds, until } from '../makers/setup.ts';
import { assertHealthy, assertRoots } from './assert-roots.ts';

test('units that only mention the product, a linked entry point and secrets from a file are no finding', async (t) => {
  const setup = await healthySetup(t, 'serving');
  const { home, writeUnit } = setup;
  writeUnit('backup.service', [
    '[Service]',
    'ExecStart=/usr/bin/tar czf /backup/clawdbot.tgz /home/me/.clawdbot',
  ]);
  writeUnit('backup.timer', ['[Timer]', 'OnCalendar=daily', '[Install]', 'WantedBy=timers.target']);
  writeUnit('clawdbot-browser.service', [
    '[Service]',
    'ExecStart=/usr/bin/chromium --user-data-dir=.clawdbot',
  ]);
  writeUnit('clawdbot-notes.service', ['# clawdbot gateway', '[Service]', 'ExecStart=/usr/bin/true gateway']);
  assertHealthy(await examine(setup));
  // A unit of the published product without its faults, its script behind a link and its token in a file.
  const linked = join(home, 'current');
  mkdirSync(join(home, 'node_modules'), { recursive: true });
  symlinkSync(join(home, 'node_modules'), linked);
  writeFileSync(join(home, 'token.env'), 'CLAWDBOT_GATEWAY_TOKEN=secret\n', { mode: 0o600 });
  realUnit(setup, {
    script: join(linked, 'clawdbot', 'dist', 'entry.js'),
    service: ['EnvironmentFile=%h/token.env', 'KillMode=mixed'],
  });
  assertHealthy(await examine(setup));
});

test('a state directory behind a link is judged by where it leads', async (t) => {
  const setup = await healthySetup(t, 'stopped');
  const { home, paths } = setup;
  await run(t, ['config', 'get', 'gateway.port'], { home });
  const elsewhere = join(home, 'data');
  mkdirSync(elsewhere, { mode: 0o700 });
  writeFileSync(join(elsewhere, 'clawdbot.json'), readFileSync(paths.config), { mode: 0o600 });
  rmSync(paths.stateDir, { recursive: true });
  symlinkSync(elsewhere, paths.stateDir);
  setup.clawdbot('gateway', 'run');
  await until('the gateway to answer', () => gatewayAnswers(setup.port));
  assertHealthy(await examine(setup));
});

test('a node host without a gateway on its machine is healthy when it is connected', async (t) => {
  const setup = await healthySetup(t, 'stopped');
  rmSync(setup.paths.config);
  const remote = await remoteGateway(setup);
  await startNode(setup, {
    args: ['--port', String(remote.port)],
    env: { CLAWDBOT_GATEWAY_TOKEN: remote.token },
    until: ({ state }) => state.state === 'waiting-for-approval',
  });
  await remote.approveAll();
  await until('the node to be connected', async () => rootIds(await examine(setup)).length === 0);
  assertHealthy(await examine(setup));
});

test('a gateway in a pid namespace of its own is ours, and no finding', {
  skip: needsRoot() ?? false,
}, async (t) => {
  const setup = await healthySetup(t, 'stopped');
  const variables = Object.entries(setup.env).map(([name, value]) => `${name}=${value}`);
  await startOther(
    t,
    [
      ...['env', '-i', ...variables, 'unshare', '--pid', '--fork', '--kill-child', '--mount-proc'],
      ...[process.execPath, entry, 'gateway', 'run'],
    ],
    /serving on/,
  );
  await until('the gateway to answer', () => gatewayAnswers(setup.port));
  assertHealthy(await examine(setup));
});

test('without systemd the checks of units do not apply, and process 1 is named', {
  skip: readFileSync('/proc/1/comm', 'utf8').trim() === 'systemd' ? 'this machine runs systemd' : false,
}, async (t) => {
  const setup = await healthySetup(t, 'serving');
  const { checks } = await examine(setup);
  assert.deepEqual(
    checks.filter(({ id, outcome }) => /^(unit|storm)\//.test(id) && outcome === 'unknown'),
    [],
  );
  const noBus = checks.find(({ id }) => id === 'unit/no-bus');
  assert.equal(noBus?.outcome, 'not-applicable');
  assert.match(noBus?.reason ?? '', new RegExp(`"${readFileSync('/proc/1/comm', 'utf8').trim()}"`));
});

test('a program that calls itself a gateway is called by what it is', async (t) => {
  const setup = await healthySetup(t, 'stopped');
  const script = `process.title = 'clawdbot-gateway'; require('node:http').createServer((q, r) => r.end('hi')).listen(${setup.port}, '127.0.0.1', () => console.log('up'))`;
  await startOther(t, [process.execPath, '-e', script, 'clawdbot', 'gateway'], /up/);
  assertRoots(await examine(setup), ['port/foreign']);
});

test('without any helper, and with helpers that hang, the answer about the port is the same', {
  skip: needsRoot() ?? false,
}, async (t) => {
  const setup = await healthySetup(t, 'serving');
  const hanging = join(setup.home, 'hanging');
  mkdirSync(hanging, { mode: 0o755 });
  for (const name of ['lsof', 'ss', 'netstat', 'tailscale', 'systemctl', 'loginctl'])
    writeFileSync(join(hanging, name), "#!/bin/sh\ntrap '' TERM\nsleep 600\n", { mode: 0o755 });
  for (const directories of [[], [hanging]]) {
    const report = await diagnose({
      ...optionsOf(setup),
      env: { ...setup.env, PATH: directories[0] ?? '' },
      helperDirectories: directories,
    });
    assert.deepEqual(
      rootIds(report).filter((id) => id !== 'doctor/fact-late'),
      [],
    );
    for (const { id, outcome } of report.checks)
      if (/^(port|gateway|lock)\//.test(id)) assert.notEqual(outcome, 'problem', id);
  }
});

test('a tailnet that is starting, or whose client fails for another reason than rights, is no finding', {
  skip: needsRoot() ?? false,
}, async (t) => {
  const setup = await healthySetup(t, 'serving');
  setup.configure((config) => {
    config.gateway.tailscale = { mode: 'serve' };
  });
  const tailnet = async (status: object, script?: string) => {
    rmSync(join(setup.home, 'helpers'), { recursive: true, force: true });
    return examine(setup, standInTailscale(setup, { status, ...(script === undefined ? {} : { script }) }));
  };
  for (const BackendState of ['NoState', 'Starting'])
    assertRoots(await tailnet({ ...RUNNING, BackendState }), []);
  const fails = `case "$1" in status) cat ${setup.home}/helpers/status.json;; *) echo 'open /run/x: permission denied; ask your operator' >&2; exit 1;; esac`;
  const report = await tailnet(RUNNING, fails);
  assertRoots(report, []);
  const rights = report.checks.find(({ id }) => id === 'tailnet/operator');
  assert.equal(rights?.outcome, 'unknown');
});

test('a start that loses leaves every file of the winner alone', async (t) => {
  const setup = await healthySetup(t, 'serving');
  const holder = readFileSync(join(setup.paths.stateDir, 'gateway.holder.json'), 'utf8');
  const before = snapshot(setup.home);
  const lost = await run(t, ['gateway', 'run'], { home: setup.home });
  assert.equal(lost.status, 78, lost.stderr);
  assert.deepEqual(changedSince(before, snapshot(setup.home)), []);
  assert.equal(readFileSync(join(setup.paths.stateDir, 'gateway.holder.json'), 'utf8'), holder);
  assertHealthy(await examine(setup));
});
