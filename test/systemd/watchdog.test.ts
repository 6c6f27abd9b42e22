import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { bootHost, type Host, hostSkipReason } from './host.ts';
import { configureGateway, installCopy, property } from './installed-copy.ts';
import { until } from './until.ts';

const skip = hostSkipReason() ?? false;
const SERVICE = 'clawdbot-gateway.service';
const DROP_IN = '/home/alice/.config/systemd/user/clawdbot-gateway.service.d';
/** Pauses of a busy machine shorter than half of it must not look like a process that hangs. */
const WATCHDOG_S = 10;
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
function anotherAnswers(old: string, deadlineMs?: number): Promise<number> {
  return until(
    'another process to answer',
    async () => {
      const pid = await property(host, SERVICE, 'MainPID');
      if (pid === old || pid === '0') return false;
      const { stdout } = await host.alice(['curl', '-s', '-m', '20', 'http://127.0.0.1:18789/healthz']);
      return stdout.includes(`"pid":${pid},`);
    },
    deadlineMs,
  );
}

test('a stopped process is replaced within WatchdogSec=20 and RestartSec=2, and the cause is on record', {
  skip,
}, async () => {
  const old = await property(host, SERVICE, 'MainPID');
  await host.signal('STOP', old);
  const tookMs = await anotherAnswers(old);
  console.log(`SIGSTOP: another process answers after ${(tookMs / 1000).toFixed(1)} s`);
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
    `[Service]\nEnvironment=NODE_OPTIONS=--import=/opt/block.mjs\nWatchdogSec=${WATCHDOG_S}\n`,
  );
  await host.alice(['systemctl', '--user', 'daemon-reload']);
  assert.equal((await host.alice(['clawdbot', 'gateway', 'restart'])).status, 0);
  const old = await property(host, SERVICE, 'MainPID');
  await host.signal('USR2', old);
  const tookMs = await anotherAnswers(old);
  console.log(
    `blocked loop, WatchdogSec=${WATCHDOG_S}: another process answers after ${(tookMs / 1000).toFixed(1)} s`,
  );
  const status = await host.alice(['clawdbot', 'gateway', 'status']);
  assert.match(status.stdout, /its main loop did not turn any more/);
});

test('a healthy gateway is left alone for several watchdog intervals', { skip }, async () => {
  const pid = await property(host, SERVICE, 'MainPID');
  const restarts = await property(host, SERVICE, 'NRestarts');
  // That of the drop-in above.
  await assert.rejects(anotherAnswers(pid, 2.2 * WATCHDOG_S * 1_000));
  assert.equal(await property(host, SERVICE, 'NRestarts'), restarts);
});

test('a standby is not asked for signs of life; once it serves, it is again', { skip }, async () => {
  await host.alice(['rm', '-r', DROP_IN]);
  await host.alice(['mkdir', '-p', DROP_IN]);
  writeFileSync(host.path(`${DROP_IN}/short.conf`), `[Service]\nWatchdogSec=${WATCHDOG_S}\n`);
  await host.alice(['systemctl', '--user', 'daemon-reload']);
  await host.alice(['clawdbot', 'gateway', 'stop']);
  host.start('alice', ['clawdbot', 'gateway']);
  const record = async () => (await host.alice(['cat', '/home/alice/.clawdbot/gateway.holder.json'])).stdout;
  await until('the gateway started by hand to serve', async () => (await record()).includes('"serving"'));
  const { pid: owner } = JSON.parse(await record());
  assert.ok(owner > 1);
  assert.equal((await host.alice(['clawdbot', 'gateway', 'start'])).status, 0);
  const pid = await property(host, SERVICE, 'MainPID');
  await assert.rejects(anotherAnswers(pid, 2 * WATCHDOG_S * 1_000));
  assert.match(await property(host, SERVICE, 'StatusText'), /^standby/);

  await host.signal('KILL', owner);
  await until(
    'the standby to serve, and systemd to keep its sockets',
    async () => (await property(host, SERVICE, 'NFileDescriptorStore')) === '2',
  );
  assert.equal(await property(host, SERVICE, 'WatchdogUSec'), `${WATCHDOG_S}s`);
  await host.signal('STOP', pid);
  const tookMs = await anotherAnswers(pid);
  console.log(`SIGSTOP after a take-over: another process answers after ${(tookMs / 1000).toFixed(1)} s`);
  assert.equal(await property(host, SERVICE, 'NFileDescriptorStore'), '2');
});
