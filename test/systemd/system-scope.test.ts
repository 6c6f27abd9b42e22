import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import type { Host } from './host.ts';
import { hostOfFile } from './host-of-file.ts';
import { property, TOKEN } from './installed-copy.ts';
import { until } from './until.ts';

const SERVICE = 'clawdbot-gateway.service';
let host: Host;
const skip = hostOfFile((booted) => {
  host = booted;
});

test('a gateway of the machine runs as its own account in a full sandbox, and is back after kill -9 and a reboot', {
  skip,
}, async () => {
  const missing = await host.root(['clawdbot', 'gateway', 'install', '--system']);
  assert.equal(missing.status, 78);
  assert.match(missing.stderr, /\/var\/lib\/clawdbot\/clawdbot\.json/);
  assert.match(missing.stderr, /sudo env CLAWDBOT_STATE_DIR=\/var\/lib\/clawdbot clawdbot onboard/);

  await host.root(['mkdir', '-m', '700', '/var/lib/clawdbot']);
  const gateway = { mode: 'local', auth: { mode: 'token', token: TOKEN } };
  writeFileSync(host.path('/var/lib/clawdbot/clawdbot.json'), JSON.stringify({ gateway }), { mode: 0o600 });
  const installed = await host.root(['clawdbot', 'gateway', 'install', '--system']);
  assert.equal(installed.status, 0, installed.stderr);
  assert.match(installed.stdout, /created the account clawdbot/);

  const pid = await property(host, SERVICE, 'MainPID', 'root');
  const account = Number((await host.root(['id', '-u', 'clawdbot'])).stdout);
  const status = (await host.root(['cat', `/proc/${pid}/status`])).stdout;
  assert.match(status, new RegExp(`^Uid:\\t${account}\\t`, 'm'));
  assert.match(status, /^NoNewPrivs:\t1$/m);
  assert.match(status, /^CapBnd:\t0+$/m);
  assert.match(status, /^Seccomp:\t2$/m);
  assert.equal(statSync(host.path('/var/lib/clawdbot/clawdbot.json')).uid, account);
  assert.match((await host.root(['curl', '-sI', 'http://127.0.0.1:18789/'])).stdout, /200 OK/);
  assert.match(await property(host, SERVICE, 'StatusText', 'root'), /^serving 0 nodes/);
  assert.equal((await host.root(['clawdbot', 'gateway', 'status', '--system'])).status, 0);

  // nspawn mounts a boot id of its own over the kernel's; with systemd 252 the service has its own /proc
  // (ProtectKernelTunables=) and sees the kernel's. The doctor has to know the owner all the same.
  const bootId = '/proc/sys/kernel/random/boot_id';
  const ids = await host.root(['sort', '-u', bootId, `/proc/${pid}/root${bootId}`]);
  const { stdout: version } = await host.root(['systemctl', '--version']);
  assert.equal(ids.stdout.trim().split('\n').length, version.startsWith('systemd 252 ') ? 2 : 1);
  const look = await host.root(['clawdbot', 'doctor', '--system', '--json']);
  assert.deepEqual(JSON.parse(look.stdout).findings, []);
  // From inside the sandbox nothing is left unanswered either.
  const call = ['clawdbot', 'gateway', 'call', 'doctor.report', '--token', TOKEN, '--json'];
  const { findings, summary } = JSON.parse((await host.root(call)).stdout);
  assert.deepEqual([findings, summary.unknown], [[], 0]);
  const stranger = await host.alice(['clawdbot', 'gateway', 'status', '--system']);
  assert.equal(stranger.status, 78);
  assert.match(stranger.stderr, /alice is not root/);

  await host.signal('KILL', pid);
  await answers();
  assert.equal(await property(host, SERVICE, 'NRestarts', 'root'), '1');
  assert.match(
    readFileSync(host.path('/var/lib/clawdbot/clawdbot-gateway.exits'), 'utf8'),
    /signal killed KILL/,
  );
  await host.reboot();
  await answers();
  assert.equal((await host.root(['clawdbot', 'gateway', 'install', '--system', '--json'])).status, 0);
});

test('in the sandbox, too, systemd keeps the sockets of a service that took over from a gateway started by hand', {
  skip,
}, async () => {
  assert.equal((await host.root(['clawdbot', 'gateway', 'stop', '--system'])).status, 0);
  const byHand = ['runuser', '-u', 'clawdbot', '--', 'env', 'CLAWDBOT_STATE_DIR=/var/lib/clawdbot'];
  host.start('root', [...byHand, 'HOME=/var/lib/clawdbot', 'clawdbot', 'gateway']);
  await answers();
  const owner = JSON.parse(readFileSync(host.path('/var/lib/clawdbot/gateway.holder.json'), 'utf8')).pid;
  assert.equal((await host.root(['clawdbot', 'gateway', 'start', '--system'])).status, 0);
  assert.match(await property(host, SERVICE, 'StatusText', 'root'), new RegExp(`^standby: pid ${owner} `));
  await host.signal('KILL', owner);
  await until(
    'systemd to keep the sockets',
    async () => (await property(host, SERVICE, 'NFileDescriptorStore', 'root')) === '2',
  );
  const pid = await property(host, SERVICE, 'MainPID', 'root');
  await host.signal('KILL', pid);
  // No socket unit, no process: the port is open nevertheless.
  const open = await host.root(['curl', '-s', '-m', '10', 'http://127.0.0.1:18789/healthz']);
  assert.match(open.stdout, /"serving"/);
  const status = await host.root(['clawdbot', 'gateway', 'status', '--system']);
  assert.match(status.stdout, /sockets that it opened itself and systemd keeps/);
  assert.equal((await host.root(['clawdbot', 'gateway', 'stop', '--system'])).status, 0);
  assert.equal((await host.root(['clawdbot', 'gateway', 'start', '--system'])).status, 0);
  assert.equal(await property(host, 'clawdbot-gateway.socket', 'ActiveState', 'root'), 'active');
});

test('a token that only root can read reaches the service, and nothing else', { skip }, async () => {
  const secret = 'c3'.repeat(24);
  writeFileSync(host.path('/etc/clawdbot.token'), secret, { mode: 0o600 });
  writeFileSync(host.path('/var/lib/clawdbot/clawdbot.json'), '{"gateway":{"mode":"local"}}');
  const install = ['clawdbot', 'gateway', 'install', '--system', '--token-file', '/etc/clawdbot.token'];
  const installed = await host.root(install);
  assert.equal(installed.status, 0, installed.stderr);
  const pid = await property(host, SERVICE, 'MainPID', 'root');
  const seen = await host.root(['cat', `/proc/${pid}/environ`, `/etc/systemd/system/${SERVICE}`]);
  assert.ok(!seen.stdout.includes(secret));
  const call = ['clawdbot', 'gateway', 'call', 'node.list', '--token'];
  assert.equal((await host.root([...call, secret])).status, 0);
  assert.notEqual((await host.root([...call, TOKEN])).status, 0);
  const status = await host.root(['clawdbot', 'gateway', 'status', '--system', '--json']);
  assert.equal(JSON.parse(status.stdout).rpc.ok, true);
});

test('the system service is stopped for good by a bad config, and its socket closes', { skip }, async () => {
  writeFileSync(host.path('/var/lib/clawdbot/clawdbot.json'), '{ gateway: ');
  await host.root(['systemctl', 'restart', SERVICE]);
  await until(
    'the service to fail',
    async () => (await property(host, SERVICE, 'ActiveState', 'root')) === 'failed',
  );
  await until(
    'the socket to close',
    async () => (await property(host, 'clawdbot-gateway.socket', 'ActiveState', 'root')) === 'inactive',
  );
  assert.equal(await property(host, SERVICE, 'NRestarts', 'root'), '0');
  await until('the end to be on record', () =>
    /gave-up exit-code 78/.test(readFileSync(host.path('/var/lib/clawdbot/clawdbot-gateway.exits'), 'utf8')),
  );
});

test('uninstalling the system service leaves no unit', { skip }, async () => {
  const removed = await host.root(['clawdbot', 'gateway', 'uninstall', '--system']);
  assert.equal(removed.status, 0, removed.stderr);
  const left = await host.root([
    'sh',
    '-c',
    'find /etc/systemd/system /var/lib/clawdbot-units -name "clawdbot*"',
  ]);
  assert.equal(left.stdout, '');
  assert.ok(!existsSync(host.path('/var/lib/clawdbot-units')));
});

function answers(): Promise<number> {
  return until('the gateway to serve', async () =>
    (await host.root(['curl', '-s', '-m', '5', 'http://127.0.0.1:18789/healthz'])).stdout.includes(
      '"serving"',
    ),
  );
}
