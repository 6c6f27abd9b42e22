import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, test } from 'node:test';
import type { Host } from './host.ts';
import { hostOfFile } from './host-of-file.ts';
import { configureGateway, installGateway, journal, property, TOKEN } from './installed-copy.ts';
import { until } from './until.ts';

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

function read(path: string): string {
  return readFileSync(host.path(path), 'utf8');
}

test('the server half of the walkthrough', { skip }, async () => {
  assert.match(await install(), /Installed systemd service: .*clawdbot-gateway\.service/);
  const status = await host.alice(['systemctl', '--user', 'status', '--no-pager', SERVICE]);
  assert.equal(status.status, 0);
  assert.match(status.stdout, /active \(running\)/);
  assert.match(status.stdout, /Status: "serving 0 nodes, 0 pending/);
  const page = await host.alice(['curl', '-sI', 'http://127.0.0.1:18789/']);
  assert.match(page.stdout, /^HTTP\/1\.1 200 OK/);
  const listeners = await host.alice(['ss', '-ltnp']);
  assert.match(listeners.stdout, /127\.0\.0\.1:18789 .*clawdbot-gatewa/);
  assert.equal((await host.alice(['clawdbot', 'gateway', 'status'])).status, 0);
  assert.equal((await host.alice(['clawdbot', 'gateway', 'stop'])).status, 0);
  assert.equal((await host.alice(['clawdbot', 'gateway', 'status'])).status, 3);
  assert.equal((await host.alice(['clawdbot', 'gateway', 'start'])).status, 0);
});

test('a fresh install has nothing to remark; repeating it changes nothing and restarts nothing', {
  skip,
}, async () => {
  await install();
  const status = JSON.parse((await host.alice(['clawdbot', 'gateway', 'status', '--json'])).stdout);
  assert.deepEqual(status.service.status.notes, []);
  const pid = await property(host, SERVICE, 'MainPID');
  const before = read(`${UNITS}/${SERVICE}`);
  const again = JSON.parse(await install('--json'));
  assert.equal(again.result, 'already-installed');
  assert.deepEqual(again.did, []);
  assert.equal(await property(host, SERVICE, 'MainPID'), pid);
  assert.equal(read(`${UNITS}/${SERVICE}`), before);
});

test('logs show the journal of the unit, also with the gateway down, and follow it', { skip }, async () => {
  await install();
  await host.alice(['clawdbot', 'gateway', 'stop']);
  const lines = (count: number) =>
    host.alice(['clawdbot', 'gateway', 'logs', '--since', '1h', '--lines', String(count)]);
  // The journal may have it a moment after systemd has said it.
  await until('the end in the journal', async () => / Stopped clawdbot-/.test((await lines(1)).stdout));
  const shown = await lines(50);
  assert.equal(shown.status, 0, shown.stderr);
  assert.match(shown.stdout, /listening on/);
  assert.match(shown.stdout, /Stopped clawdbot-gateway\.service/);
  const last = await lines(1);
  assert.match(last.stdout, /^\S+ systemd\[\d+\]: Stopped clawdbot-gateway\.service[^\n]*\n$/);

  const follow = host.start('alice', ['clawdbot', 'gateway', 'logs', '--follow', '--lines', '1']);
  let output = '';
  follow.stdout?.on('data', (chunk) => (output += String(chunk)));
  await until('the last line', () => output !== '');
  await host.alice(['clawdbot', 'gateway', 'start']);
  await until('the new lines', () => output.includes('listening on'));
  await host.root(['pkill', '-x', 'journalctl']);

  const file = await host.alice(['clawdbot', 'node', 'logs']);
  assert.match(file.stderr, /the journal has nothing of clawdbot-node\.service/);
});

test('a dry run shows every line and writes nothing', { skip }, async () => {
  const shown = await install('--dry-run');
  assert.match(
    shown,
    /^\+ExecStart="\/usr\/local\/bin\/node" "\/opt\/clawdbot\/bin\/clawdbot\.js" "gateway" "run"$/m,
  );
  assert.ok(!existsSync(host.path(`${UNITS}/${SERVICE}`)));
});

test('no secret in unit, environment, arguments or journal, though the shell has them; only listed variables are copied', {
  skip,
}, async () => {
  const env = {
    CLAWDBOT_GATEWAY_TOKEN: 'secret-of-the-shell',
    HTTPS_PROXY: 'http://user:secret-of-the-shell@proxy',
    NODE_OPTIONS: '--max-old-space-size=4096',
    TZ: 'undefined',
  };
  const ran = await host.alice(['clawdbot', 'gateway', 'install'], { env });
  assert.equal(ran.status, 0, ran.stderr);
  const pid = await property(host, SERVICE, 'MainPID');
  const places = [
    ...readdirSync(host.path(UNITS))
      .filter((name) => /^clawdbot/.test(name))
      .map((name) => read(`${UNITS}/${name}`)),
    (await host.alice(['systemctl', '--user', 'show', SERVICE])).stdout,
    (await host.root(['cat', `/proc/${pid}/environ`, `/proc/${pid}/cmdline`])).stdout,
    await journal(host, SERVICE),
    ran.stdout,
  ];
  for (const text of places)
    assert.doesNotMatch(text, new RegExp(`${TOKEN}|secret-of-the-shell|max-old-space|undefined`));
});

test('hand edits and drop-ins survive a new version, the former text is kept privately', {
  skip,
}, async () => {
  await install();
  const path = `${UNITS}/${SERVICE}`;
  const edited = read(path)
    .replace('RestartSec=2', 'RestartSec=3')
    .replace('[Install]', '# mine\nEnvironmentFile=-/home/alice/extra.env\n\n[Install]');
  writeFileSync(host.path(path), edited);
  await host.alice(['mkdir', '-p', `${path}.d`]);
  writeFileSync(host.path(`${path}.d/override.conf`), '[Service]\nTimeoutStartSec=40\n');
  assert.match(
    (await host.alice(['clawdbot', 'gateway', 'status'])).stdout,
    /newer than what systemd has loaded/,
  );

  // Another version writes other text: remembered and generated differ from now on.
  const memory = '/home/alice/.clawdbot/units/clawdbot-gateway.service';
  writeFileSync(host.path(memory), read(memory).replace('TasksMax=512', 'TasksMax=256'));
  writeFileSync(host.path(path), edited.replace('TasksMax=512', 'TasksMax=256'));
  const shown = await install();
  assert.match(shown, /kept your edits in .*Service\.RestartSec/);
  const merged = read(path);
  assert.match(merged, /^RestartSec=3$/m);
  assert.match(merged, /^# mine\nEnvironmentFile=-\/home\/alice\/extra\.env$/m);
  assert.match(merged, /^TasksMax=512$/m);
  assert.equal(await property(host, SERVICE, 'TimeoutStartUSec'), '40s');
  const backup = readdirSync(host.path('/home/alice/.clawdbot/units')).find((name) => name.endsWith('.bak'));
  assert.ok(backup);
  assert.equal(statSync(host.path(`/home/alice/.clawdbot/units/${backup}`)).mode & 0o777, 0o600);
  assert.equal(JSON.parse(await install('--json')).result, 'already-installed');
  await host.alice(['rm', '-r', `${path}.d`]);
});

test('another version restarts the service, but its socket stays open; another port opens another socket', {
  skip,
}, async () => {
  await install();
  const invocation = () => property(host, 'clawdbot-gateway.socket', 'InvocationID');
  const before = await invocation();
  for (const unit of [SERVICE, 'clawdbot-gateway.socket']) {
    for (const path of [`${UNITS}/${unit}`, `/home/alice/.clawdbot/units/${unit}`]) {
      writeFileSync(host.path(path), read(path).replace(/^Version=.*$/m, 'Version=0.0.1'));
    }
  }
  await host.alice(['systemctl', '--user', 'daemon-reload']);
  assert.match(await install(), /changed .*clawdbot-gateway\.socket/);
  assert.equal(await invocation(), before);

  await configureGateway(host, { port: 18_999 });
  const restarted = await host.alice(['clawdbot', 'gateway', 'restart']);
  assert.equal(restarted.status, 1);
  assert.match(restarted.stderr, /cannot serve on port 18999/);
  assert.match((await host.alice(['clawdbot', 'gateway', 'status'])).stdout, /port\/drift/);
  await install();
  assert.match((await host.alice(['curl', '-sI', 'http://127.0.0.1:18999/'])).stdout, /200 OK/);
});

test('a unit of another program is not touched without --force; then its text is kept without the token', {
  skip,
}, async () => {
  await host.alice(['mkdir', '-p', UNITS]);
  const foreign = '[Service]\nEnvironment="CLAWDBOT_GATEWAY_TOKEN=abc123"\nExecStart=/bin/sleep 1000\n';
  writeFileSync(host.path(`${UNITS}/${SERVICE}`), foreign);
  const refused = await host.alice(['clawdbot', 'gateway', 'install']);
  assert.equal(refused.status, 78);
  assert.match(refused.stderr, /was not written by this program/);
  assert.doesNotMatch(refused.stderr, /abc123/);
  assert.equal(read(`${UNITS}/${SERVICE}`), foreign);
  await install('--force');
  const kept = (await host.root(['sh', '-c', 'cat /home/alice/.clawdbot/units/*.bak'])).stdout;
  assert.match(kept, /sleep 1000/);
  assert.doesNotMatch(kept, /abc123/);
});

test('the token may come from a file that systemd passes on; it stays so, commands find it, and a second token is refused', {
  skip,
}, async () => {
  const other = 'b2'.repeat(24);
  const file = '/home/alice/50%"token"';
  writeFileSync(host.path(file), `${other}\n`, { mode: 0o644 });
  await host.root(['chown', 'alice:', file]);
  const readable = await host.alice(['clawdbot', 'gateway', 'install', '--token-file', file]);
  assert.equal(readable.status, 1);
  assert.match(readable.stderr, /others can read it \(mode 644\)/);
  await host.alice(['chmod', '600', file]);
  const second = await host.alice(['clawdbot', 'gateway', 'install', '--token-file', file]);
  assert.equal(second.status, 78);
  assert.match(second.stderr, /config unset gateway\.auth\.token/);
  assert.equal((await host.alice(['clawdbot', 'config', 'unset', 'gateway.auth.token'])).status, 0);
  await host.alice(['cp', file, '/home/alice/a token']);
  const blank = await host.alice(['clawdbot', 'gateway', 'install', '--token-file', '/home/alice/a token']);
  assert.equal(blank.status, 78);
  assert.match(blank.stderr, /"\/home\/alice\/a token" .* white space/);
  await install('--token-file', file);
  const pid = await property(host, SERVICE, 'MainPID');
  const places = [
    read(`${UNITS}/${SERVICE}`),
    (await host.root(['cat', `/proc/${pid}/environ`, `/proc/${pid}/cmdline`])).stdout,
    await journal(host, SERVICE),
  ];
  for (const text of places) assert.ok(!text.includes(other));
  const call = ['clawdbot', 'gateway', 'call', 'node.list', '--json'];
  const wrong = await host.alice([...call, '--token', TOKEN]);
  assert.notEqual(wrong.status, 0);
  assert.equal((await host.alice([...call, '--token', other])).status, 0);
  const status = JSON.parse((await host.alice(['clawdbot', 'gateway', 'status', '--json'])).stdout);
  assert.equal(status.rpc.ok, true);
  assert.deepEqual(status.service.status.notes, []);
  assert.equal(JSON.parse(await install('--json')).result, 'already-installed');

  await host.alice(['mv', file, `${file}.away`]);
  assert.match(
    (await host.alice(['clawdbot', 'gateway', 'status'])).stdout,
    /unit\/credential: .*50%"token"/,
  );
  const restarted = await host.alice(['clawdbot', 'gateway', 'restart']);
  assert.equal(restarted.status, 1);
  assert.match(restarted.stderr, /243: a credential of the unit is missing/);
  await configureGateway(host);
  assert.match(await install('--no-token-file'), /changed .*clawdbot-gateway\.service/);
  assert.equal((await host.alice([...call, '--token', TOKEN])).status, 0);
});

test('a second copy that the shell finds first is named with both versions', { skip }, async () => {
  await install();
  const other = '/home/alice/.npm-global/lib/node_modules/clawdbot';
  const bin = '/home/alice/.npm-global/bin';
  await host.alice(['mkdir', '-p', `${other}/bin`, bin]);
  writeFileSync(host.path(`${other}/package.json`), '{ "name": "clawdbot", "version": "2026.1.1" }');
  writeFileSync(host.path(`${other}/bin/clawdbot.js`), '#!/bin/sh\n', { mode: 0o755 });
  await host.alice(['ln', '-s', `${other}/bin/clawdbot.js`, `${bin}/clawdbot`]);
  const env = { PATH: `${bin}:/usr/local/bin:/usr/bin:/bin` };
  const status = await host.alice(['/usr/local/bin/clawdbot', 'gateway', 'status'], { env });
  assert.match(
    status.stdout,
    /unit\/two-installs: the shell's clawdbot is \S+ \(2026\.1\.1\), the service will run \/opt\/clawdbot\S+ \(\d/,
  );
});

test('a moved interpreter is predicted before it hurts', { skip }, async () => {
  await install();
  await host.root(['mv', '/usr/local/bin/node', '/opt/node24']);
  const status = await host.alice(['/opt/node24', '/opt/clawdbot/bin/clawdbot.js', 'gateway', 'status']);
  await host.root(['mv', '/opt/node24', '/usr/local/bin/node']);
  assert.match(status.stdout, /unit\/runtime-gone: \/usr\/local\/bin\/node of the unit's command is gone/);
});

test('uninstall leaves nothing but state', { skip }, async () => {
  await install();
  const removed = await host.alice(['clawdbot', 'gateway', 'uninstall']);
  assert.equal(removed.status, 0, removed.stderr);
  const left = await host.alice([
    'find',
    UNITS,
    '/home/alice/.clawdbot/units',
    '/home/alice/.clawdbot',
    '-name',
    '*clawdbot-gateway*',
  ]);
  assert.equal(left.stdout, '');
  assert.equal(
    (await host.alice(['systemctl', '--user', 'list-units', '--all', '--no-legend', 'clawdbot*'])).stdout,
    '',
  );
  assert.equal((await host.alice(['curl', '-s', 'http://127.0.0.1:18789/'])).status, 7);
  assert.ok(existsSync(host.path('/home/alice/.clawdbot/clawdbot.json')));
  assert.equal((await host.alice(['clawdbot', 'gateway', 'status'])).status, 3);
});

test('a config that cannot work is not installed', { skip }, async () => {
  await host.alice(['rm', '/home/alice/.clawdbot/clawdbot.json']);
  const refused = await host.alice(['clawdbot', 'gateway', 'install']);
  assert.equal(refused.status, 78);
  assert.match(refused.stderr, /there is no \/home\/alice\/\.clawdbot\/clawdbot\.json/);
  assert.ok(!existsSync(host.path(`${UNITS}/${SERVICE}`)));
});
