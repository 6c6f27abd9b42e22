import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { bootHost, type Host, hostSkipReason } from './host.ts';
import { configureGateway, installCopy, property } from './installed-copy.ts';
import { until } from './until.ts';

const skip = hostSkipReason() ?? false;
const SERVICE = 'clawdbot-gateway.service';
const DROP_IN = '/home/alice/.config/systemd/user/clawdbot-gateway.service.d';
let host: Host;

before(async () => {
  if (skip) return;
  host = await bootHost();
  installCopy(host);
  await configureGateway(host);
  const installed = await host.alice(['clawdbot', 'gateway', 'install']);
  assert.equal(installed.status, 0, installed.stderr);
});
after(async () => host?.close());

/** Waits until another process of the unit answers; milliseconds since the call. */
function anotherAnswers(old: string, deadlineMs: number): Promise<number> {
  return until(
    'another process to answer',
    async () => {
      const pid = await property(host, SERVICE, 'MainPID');
      if (pid === old || pid === '0') return false;
      const { stdout } = await host.alice(['curl', '-s', '-m', '1', 'http://127.0.0.1:18789/healthz']);
      return stdout.includes(`"pid":${pid},`);
    },
    deadlineMs,
  );
}

test('a stopped process is replaced within WatchdogSec=20 and RestartSec=2, and the cause is on record', {
  skip,
}, async () => {
  const old = await property(host, SERVICE, 'MainPID');
  await host.root(['kill', '-STOP', old]);
  const tookMs = await anotherAnswers(old, 40_000);
  console.log(`SIGSTOP: another process answers after ${(tookMs / 1000).toFixed(1)} s`);
  // 20 s since the last ping, 2 s pause, and the start itself on a busy machine.
  assert.ok(tookMs < 32_000);
  assert.equal(await property(host, SERVICE, 'NRestarts'), '1');
  const status = await host.alice(['clawdbot', 'gateway', 'status']);
  assert.equal(status.status, 0);
  assert.match(status.stdout, /its main loop did not turn any more/);
});

test('a blocked event loop is noticed like a stopped process', { skip }, async () => {
  writeFileSync(host.path('/opt/block.mjs'), "process.on('SIGUSR2', () => { for (;;); });\n");
  await host.alice(['mkdir', '-p', DROP_IN]);
  writeFileSync(
    host.path(`${DROP_IN}/block.conf`),
    '[Service]\nEnvironment=NODE_OPTIONS=--import=/opt/block.mjs\nWatchdogSec=4\n',
  );
  await host.alice(['systemctl', '--user', 'daemon-reload']);
  assert.equal((await host.alice(['clawdbot', 'gateway', 'restart'])).status, 0);
  const old = await property(host, SERVICE, 'MainPID');
  await host.root(['kill', '-USR2', old]);
  const tookMs = await anotherAnswers(old, 30_000);
  console.log(`blocked loop, WatchdogSec=4: another process answers after ${(tookMs / 1000).toFixed(1)} s`);
  assert.ok(tookMs > 2_000 && tookMs < 16_000);
});

test('a healthy gateway is left alone for several watchdog intervals', { skip }, async () => {
  const pid = await property(host, SERVICE, 'MainPID');
  const restarts = await property(host, SERVICE, 'NRestarts');
  await assert.rejects(anotherAnswers(pid, 10_000));
  assert.equal(await property(host, SERVICE, 'NRestarts'), restarts);
});
