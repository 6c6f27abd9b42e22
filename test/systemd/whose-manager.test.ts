import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, test } from 'node:test';
import type { Host } from './host.ts';
import { hostOfFile } from './host-of-file.ts';
import { configureGateway, installGateway, property } from './installed-copy.ts';
import { until } from './until.ts';

/** Which service manager a command is about, how it is reached, and what is said where it cannot be. */
const SERVICE = 'clawdbot-gateway.service';
const UNITS = '/home/alice/.config/systemd/user';
let host: Host;
const skip = hostOfFile((booted) => {
  host = booted;
});
beforeEach(async () => {
  if (!skip) await configureGateway(host);
});
afterEach(async () => {
  if (!skip) await host.alice(['clawdbot', 'gateway', 'uninstall']);
});

const install = (...options: string[]) => installGateway(host, ...options);

test('the service of the machine is refused to anybody but root, at once', { skip }, async () => {
  await host.root(['mkdir', '-p', '/var/lib/clawdbot']);
  const refused = await host.alice(['clawdbot', 'gateway', 'restart', '--system']);
  assert.equal(refused.status, 78);
  assert.match(refused.stderr, /alice is not root/);
});

test('without a user bus in the environment, as under cron, everything works', { skip }, async () => {
  await install();
  const bare = ['env', '-i', 'HOME=/home/alice', 'PATH=/usr/local/bin:/usr/bin:/bin', 'clawdbot', 'gateway'];
  assert.equal((await host.alice([...bare, 'status'])).status, 0);
  assert.equal((await host.alice([...bare, 'restart'])).status, 0);
});

test('sudo with the home of another account is refused with both ways out', { skip }, async () => {
  const env = { SUDO_UID: String(host.uid), SUDO_USER: 'alice', HOME: '/home/alice' };
  const refused = await host.root(['clawdbot', 'gateway', 'install'], { env });
  assert.equal(refused.status, 78);
  assert.match(refused.stderr, /alice, without sudo/);
  assert.match(refused.stderr, /--system/);
});

test('a manager whose sockets cannot be seen from here is asked over the system bus; one that is down is said to be', {
  skip,
}, async () => {
  await host.root(['loginctl', 'enable-linger', 'root']);
  await until('the user manager of root to be up', () =>
    existsSync(host.path('/run/user/0/systemd/private')),
  );
  await host.root(['mkdir', '-p', '-m', '700', '/root/.clawdbot']);
  const hidden = (command: string) =>
    host.root(['unshare', '--mount', 'sh', '-c', `mount -t tmpfs none /run/user && ${command}`]);
  const status = await hidden('clawdbot gateway status --json');
  const { service } = JSON.parse(status.stdout);
  assert.equal(service.kind, 'status', status.stdout);
  assert.equal(service.status.verdict, 'not-installed');
  await host.root(['loginctl', 'disable-linger', 'root']);
  await until('the user manager of root to end', () => !existsSync(host.path('/run/user/0')));
  const down = await hidden('clawdbot gateway status');
  assert.match(down.stdout, /cannot reach the user manager of root: .*user@0\.service is inactive/);
  await host.root(['rm', '-r', '/root/.clawdbot']);
});

test('a HOME that is not the one of the account is refused, because its services would look elsewhere', {
  skip,
}, async () => {
  await host.alice(['mkdir', '-p', '/home/alice/other']);
  const env = { HOME: '/home/alice/other' };
  const refused = await host.alice(['clawdbot', 'gateway', 'install'], { env });
  assert.equal(refused.status, 78);
  assert.match(refused.stderr, /HOME is \/home\/alice\/other, but the home of the account is \/home\/alice/);
});

test('lingering that was off is enabled, and the service is there after a reboot without a login', {
  skip,
}, async () => {
  await host.root(['loginctl', 'disable-linger', 'alice']);
  await until('the user manager to end', async () => !existsSync(host.path(`/run/user/${host.uid}`)));
  const refused = await host.alice(['clawdbot', 'gateway', 'status']);
  assert.match(refused.stdout, /nobody is logged in and lingering is off/);
  // polkit decides whether alice may; without it only root can, and the exact command is printed.
  const tried = await host.alice(['clawdbot', 'gateway', 'install']);
  if (tried.status !== 0) {
    assert.match(tried.stderr, /sudo loginctl enable-linger alice/);
    await host.root(['loginctl', 'enable-linger', 'alice']);
    await until('the user manager to be back', () =>
      existsSync(host.path(`/run/user/${host.uid}/systemd/private`)),
    );
    await install();
  }
  await host.reboot();
  await until('the gateway to serve after the reboot', async () =>
    (await host.alice(['curl', '-s', '-m', '20', 'http://127.0.0.1:18789/healthz'])).stdout.includes(
      'serving',
    ),
  );
  assert.equal(await property(host, SERVICE, 'NRestarts'), '0');
});

test('WSL: what it lacks is said, and a user manager that Windows ended is no crash of the service', {
  skip,
}, async () => {
  writeFileSync(host.path('/opt/version'), 'Linux version 5.15.153.1-microsoft-standard-WSL2 (root@x)\n');
  const without = await host.root([
    'unshare',
    '--mount',
    'sh',
    '-c',
    'mount --bind /opt/version /proc/version && mount -t tmpfs none /run/systemd && clawdbot gateway install',
  ]);
  assert.match(without.stderr, /WSL without systemd: put .*systemd=true.* into \/etc\/wsl\.conf/);
  assert.match(without.stderr, /clawdbot up/);

  await install();
  await host.root(['systemctl', 'restart', `user@${host.uid}.service`]);
  await until('the gateway to be back', async () =>
    (await property(host, SERVICE, 'StatusText')).startsWith('serving'),
  );
  assert.doesNotMatch((await host.alice(['clawdbot', 'gateway', 'status'])).stdout, /unit\/wsl/);
  await host.root(['mount', '--bind', '/opt/version', '/proc/version']);
  try {
    const status = await host.alice(['clawdbot', 'gateway', 'status']);
    assert.equal(status.status, 0);
    assert.match(status.stdout, /unit\/wsl: the user manager of alice was started \d+ times/);
    assert.match(status.stdout, /, 0 automatic restarts/);
    assert.doesNotMatch(status.stdout, /killed|gave up/);
  } finally {
    await host.root(['umount', '/proc/version']);
  }
});

test('a unit of a former name, or of the other scope, for the same state is named with its command', {
  skip,
}, async () => {
  for (const [directory, unit, scope] of [
    [UNITS, 'openclaw-gateway.service', 'user'],
    ['/etc/systemd/system', 'clawdbot-gateway.service', 'system'],
  ] as const) {
    await host[scope === 'user' ? 'alice' : 'root'](['mkdir', '-p', `${directory}/default.target.wants`]);
    const text =
      '[Service]\nEnvironment=CLAWDBOT_STATE_DIR=/home/alice/.clawdbot\nExecStart=/usr/bin/node /usr/lib/node_modules/openclaw/dist/entry.js gateway --port 18789\n';
    writeFileSync(host.path(`${directory}/${unit}`), text);
    writeFileSync(host.path(`${directory}/default.target.wants/${unit}`), text);
    const refused = await host.alice(['clawdbot', 'gateway', 'install']);
    assert.equal(refused.status, 78, refused.stdout);
    assert.match(refused.stderr, new RegExp(`systemctl --${scope} disable --now ${unit}`));
    await host.root(['rm', `${directory}/${unit}`, `${directory}/default.target.wants/${unit}`]);
  }
  // A unit that only mentions the product is none.
  writeFileSync(
    host.path(`${UNITS}/backup.service`),
    '[Service]\nExecStart=/bin/tar c /home/alice/.clawdbot gateway\n',
  );
  await install();
  await host.root(['rm', `${UNITS}/backup.service`]);
});
