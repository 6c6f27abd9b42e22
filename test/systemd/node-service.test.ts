import assert from 'node:assert/strict';
import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { connectHosts } from './connect-hosts.ts';
import { bootHost, type Host, hostSkipReason } from './host.ts';
import { configureGateway, installCopy, journal, property, TOKEN } from './installed-copy.ts';
import { until } from './until.ts';

const skip = hostSkipReason() ?? false;
const NODE = 'clawdbot-node.service';
const NAME = 'gw.tail1234.ts.net';
let server: Host;
let desktop: Host;

before(async () => {
  if (skip) return;
  // One after the other, so that a boot that fails leaves no other host behind.
  server = await bootHost();
  desktop = await bootHost();
  for (const host of [server, desktop]) {
    installCopy(host);
    writeFileSync(host.path('/etc/hosts'), `127.0.0.1 localhost\n::1 localhost\n192.0.2.1 ${NAME}\n`);
  }
  await configureGateway(server, { allowedHosts: [`${NAME}:18789`] });
  const installed = await server.alice(['clawdbot', 'gateway', 'install']);
  assert.equal(installed.status, 0, installed.stderr);
  cpSync(join(import.meta.dirname, 'fixtures/serve-front.ts'), server.path('/opt/serve-front.ts'));
  const openssl = 'openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2';
  const made = await server.root([
    'sh',
    '-c',
    `mkdir -p /opt/tls && cd /opt/tls && ${openssl} -keyout key.pem -out cert.pem -subj /CN=${NAME} -addext subjectAltName=DNS:${NAME}`,
  ]);
  assert.equal(made.status, 0, made.stderr);
  writeFileSync(desktop.path('/opt/authority.pem'), readFileSync(server.path('/opt/tls/cert.pem')));
  await openFront();
});
after(async () => {
  await Promise.all([server?.close(), desktop?.close()]);
});

/** The cable and the stand-in for Tailscale Serve; both end with a reboot. */
async function openFront(): Promise<void> {
  await connectHosts(server, desktop);
  const front = server.start('root', ['node', '/opt/serve-front.ts', '/opt/tls']);
  let output = '';
  front.stdout?.on('data', (chunk) => (output += String(chunk)));
  await until('the front to listen', () => output.includes('listening'));
}

async function isConnected(): Promise<boolean> {
  return (await property(desktop, NODE, 'StatusText')).startsWith('connected to ');
}

test('installed on a second machine, it runs unpaired without a restart, and the journal says what to do', {
  skip,
}, async () => {
  const env = { CLAWDBOT_GATEWAY_TOKEN: TOKEN, NODE_EXTRA_CA_CERTS: '/opt/authority.pem' };
  const installed = await desktop.alice(
    [
      'clawdbot',
      'node',
      'install',
      '--host',
      NAME,
      '--port',
      '18789',
      '--tls',
      '--display-name',
      'Zoë’s 100% "desk"',
    ],
    { env },
  );
  assert.equal(installed.status, 0, installed.stderr);
  assert.match(installed.stdout, /stored CLAWDBOT_GATEWAY_TOKEN .* in \/home\/alice\/\.clawdbot\/node\.json/);
  await until('the node to wait for approval', async () =>
    (await property(desktop, NODE, 'StatusText')).startsWith('pairing required'),
  );
  await delay(8_000);
  assert.equal(await property(desktop, NODE, 'ActiveState'), 'active');
  assert.equal(await property(desktop, NODE, 'NRestarts'), '0');
  const said = await journal(desktop, NODE);
  assert.match(said, /pairing required/i);
  assert.match(said, /the network works and the gateway accepts the credentials/);
  assert.match(said, /nodes approve/);
});

test('the node install touches the node only, and leaves no token in unit or arguments', {
  skip,
}, async () => {
  const units = '/home/alice/.config/systemd/user';
  const names = readdirSync(desktop.path(units)).filter((name) => name.startsWith('clawdbot'));
  assert.deepEqual(names, [NODE]);
  assert.ok(!readFileSync(desktop.path(`${units}/${NODE}`), 'utf8').includes(TOKEN));
  const pid = await property(desktop, NODE, 'MainPID');
  assert.ok(
    !(await desktop.root(['cat', `/proc/${pid}/environ`, `/proc/${pid}/cmdline`])).stdout.includes(TOKEN),
  );
});

test('repeating the install without options keeps host, port, TLS, authority and name; one given again is changed alone', {
  skip,
}, async () => {
  const again = await desktop.alice(['clawdbot', 'node', 'install', '--json']);
  assert.equal(JSON.parse(again.stdout).result, 'already-installed', again.stdout);
  const status = JSON.parse((await desktop.alice(['clawdbot', 'node', 'status', '--json'])).stdout);
  assert.deepEqual(status.service.status.notes, []);
  const planned = await desktop.alice(['clawdbot', 'node', 'install', '--port', '443', '--dry-run']);
  assert.match(planned.stdout, /^\+ExecStart=.*"--host" "gw\.tail1234\.ts\.net" "--tls" .*"--port" "443"$/m);
});

test('approved, it is connected and runs a command', { skip }, async () => {
  const [request] = JSON.parse((await server.alice(['clawdbot', 'nodes', 'pending', '--json'])).stdout);
  assert.equal(request?.displayName, 'Zoë’s 100% "desk"');
  const approved = await server.alice(['clawdbot', 'nodes', 'approve', request.requestId]);
  assert.equal(approved.status, 0, approved.stderr);
  const tookMs = await until('the node to be connected', isConnected);
  console.log(`approved: connected, and systemd knows, after ${tookMs.toFixed(0)} ms`);

  const allowed = await server.alice([
    'clawdbot',
    'approvals',
    'allowlist',
    'add',
    '--node',
    request.nodeId,
    '/usr/bin/uname',
  ]);
  assert.equal(allowed.status, 0, allowed.stderr);
  const ran = await server.alice(['clawdbot', 'nodes', 'run', '--node', request.nodeId, '--', 'uname', '-n']);
  assert.equal(ran.status, 0, ran.stderr);
  assert.equal(ran.stdout, (await desktop.root(['uname', '-n'])).stdout);
});

test('after a reboot of the gateway machine the node is back by itself', { skip }, async () => {
  const pid = await property(desktop, NODE, 'MainPID');
  await server.reboot();
  await openFront();
  await until('the node to notice', async () => !(await isConnected()), 60_000).catch(() => 0);
  const tookMs = await until('the node to be connected again', isConnected);
  console.log(
    `gateway machine rebooted: connected again ${(tookMs / 1000).toFixed(1)} s after its network was back`,
  );
  assert.equal(await property(desktop, NODE, 'MainPID'), pid);
  assert.equal(await property(desktop, NODE, 'NRestarts'), '0');
});

test('after a reboot of its own machine it runs without a login', { skip }, async () => {
  await desktop.reboot();
  await connectHosts(server, desktop).catch(() => connectHosts(server, desktop));
  await until('the node to be connected again', isConnected);
  const status = await desktop.alice(['clawdbot', 'node', 'status']);
  assert.equal(status.status, 0, status.stdout);
});

test('uninstalling the node leaves nothing enabled and the gateway alone', { skip }, async () => {
  const removed = await desktop.alice(['clawdbot', 'node', 'uninstall']);
  assert.equal(removed.status, 0, removed.stderr);
  assert.ok(!existsSync(desktop.path(`/home/alice/.config/systemd/user/${NODE}`)));
  assert.ok(!readFileSync(desktop.path('/home/alice/.clawdbot/node.json'), 'utf8').includes(TOKEN));
  assert.equal(
    (await desktop.alice(['systemctl', '--user', 'list-unit-files', '--no-legend', 'clawdbot*'])).stdout,
    '',
  );
  assert.equal((await desktop.alice(['clawdbot', 'node', 'status'])).status, 3);
});
