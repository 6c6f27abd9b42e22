import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { configureGateway, installCopy, journal, property, TOKEN } from '../systemd/installed-copy.ts';
import { until } from '../systemd/until.ts';
import { openTailnet, SERVER_NAME, type Tailnet, tailnetSkipReason } from './tailnet.ts';

const skip = tailnetSkipReason() ?? false;
const GATEWAY = 'clawdbot-gateway.service';
const NODE = 'clawdbot-node.service';
const URL = `https://${SERVER_NAME}:18789/`;
let tailnet: Tailnet;
/** The one process of the gateway: no trouble with the tailnet may cost it. */
let gatewayPid: string;

before(async () => {
  if (skip) return;
  tailnet = await openTailnet();
  const { server, desktop } = tailnet;
  for (const host of [server, desktop]) installCopy(host);
  await configureGateway(server, { tailscale: { mode: 'serve' } });
  await ok(server.root(['tailscale', 'set', '--operator=alice']));
  await ok(server.alice(['clawdbot', 'gateway', 'install']));
  gatewayPid = await property(server, GATEWAY, 'MainPID');
  await until('the gateway to publish itself', isPublished, 20_000);
  const env = { CLAWDBOT_GATEWAY_TOKEN: TOKEN };
  await ok(
    desktop.alice(['clawdbot', 'node', 'install', '--host', SERVER_NAME, '--port', '18789', '--tls'], {
      env,
    }),
  );
  await until('a request', async () => (await pending()) !== undefined, 20_000);
  await ok(server.alice(['clawdbot', 'nodes', 'approve', (await pending()) ?? '']));
  await until('the node', isConnected, 20_000);
});
after(() => tailnet?.close());

test('the route is removed: the probe names it, the gateway makes it again, the node comes back', {
  skip,
  timeout: 120_000,
}, async () => {
  await ok(tailnet.server.root(['tailscale', 'serve', '--https=18789', 'off']));
  assert.match(
    await probe(),
    /FAIL {2}tcp .*refuses: the machine is up, but it serves nothing on port 18789\n +the fault is in: route/,
  );
  await until('the route to be back', async () => (await probe()).includes('ok    upgrade'), 60_000);
  await until('the node', isConnected, 40_000);
});

test('the route leads elsewhere: nobody’s entry is touched, the gateway says so and serves locally', {
  skip,
  timeout: 120_000,
}, async () => {
  const { server } = tailnet;
  const other = server.start('root', ['python3', '-m', 'http.server', '3000', '--bind', '127.0.0.1']);
  await ok(server.root(['tailscale', 'serve', '--bg', '--https=18789', '127.0.0.1:3000']));
  await until('the gateway to notice', async () => (await exposure()).includes('degraded'), 60_000);
  assert.match(
    await exposure(),
    /port 18789 of server\.tail0000\.ts\.net leads to http:\/\/127\.0\.0\.1:3000/,
  );
  const refused = await server.alice(['clawdbot', 'tailscale', 'serve']);
  assert.equal(refused.status, 78);
  assert.match(refused.stderr, /nothing was changed/);
  assert.match((await server.alice(['clawdbot', 'doctor'])).stdout, /tailnet\/foreign-route/);
  await until('the probe to see it', async () => /not a gateway of ours/.test(await probe()), 15_000);
  other.stdin?.end();
  await server.root(['sh', '-c', 'kill $(ss -ltnpH "sport = :3000" | sed "s/.*pid=\\([0-9]*\\).*/\\1/")']);
  await until('502', async () => /FAIL {2}http .*502: the route is there/.test(await probe()), 15_000);
  await ok(server.root(['tailscale', 'serve', '--https=18789', 'off']));
  await until('the route to be ours again', isPublished, 30_000);
  await until('the node', isConnected, 40_000);
});

test('tailscaled stopped, hanging, switched off: served locally all the time, published again without a restart', {
  skip,
  timeout: 240_000,
}, async (t) => {
  const { server } = tailnet;
  for (const [what, breakIt, mendIt] of [
    ['stopped', ['systemctl', 'stop', 'tailscaled'], ['systemctl', 'start', 'tailscaled']],
    [
      'hanging',
      ['systemctl', 'kill', '-s', 'STOP', 'tailscaled'],
      ['systemctl', 'kill', '-s', 'CONT', 'tailscaled'],
    ],
    ['switched off', ['tailscale', 'down'], ['tailscale', 'up']],
  ] as const) {
    await t.test(what, async () => {
      await ok(server.root(breakIt));
      await until('the gateway to notice', async () => (await exposure()).includes('degraded'), 60_000);
      assert.equal(
        (
          await server.alice([
            'curl',
            '-s',
            '-o',
            '/dev/null',
            '-w',
            '%{http_code}',
            'http://127.0.0.1:18789/',
          ])
        ).stdout,
        '200',
      );
      const status = await server.alice(['clawdbot', 'tailscale', 'status']);
      assert.equal(status.status, 1, status.stdout);
      assert.match((await server.alice(['clawdbot', 'doctor'])).stdout, /tailnet\/state/);
      await ok(server.root(mendIt));
      await until('the gateway to be published', isPublished, 30_000);
      await until('the node', isConnected, 60_000);
    });
  }
  assert.equal(await property(server, GATEWAY, 'MainPID'), gatewayPid, 'the same process');
});

test('a gateway that starts before tailscaled is there serves at once and is published when it comes', {
  skip,
  timeout: 120_000,
}, async () => {
  const { server } = tailnet;
  await ok(server.root(['systemctl', 'stop', 'tailscaled']));
  await ok(server.alice(['clawdbot', 'gateway', 'restart']));
  gatewayPid = await property(server, GATEWAY, 'MainPID');
  await until(
    'the gateway to serve locally',
    async () =>
      (await server.alice(['curl', '-sf', '-o', '/dev/null', 'http://127.0.0.1:18789/'])).status === 0,
    5_000,
  );
  await ok(server.root(['systemctl', 'start', 'tailscaled']));
  await until('the gateway to be published', isPublished, 30_000);
  await until('the node', isConnected, 60_000);
});

test('an expired certificate is named; a renewed one breaks a pin, which one command follows', {
  skip,
  timeout: 180_000,
}, async () => {
  const { desktop } = tailnet;
  const pin = async (...words: string[]) => ok(desktop.alice(['clawdbot', 'node', 'pin', ...words]));
  await tailnet.issueCertificate({ fromSeconds: -86_400, toSeconds: -60 });
  await reconnect();
  assert.match(await probe(), /FAIL {2}tls .*\n +the fault is in: certificate/);

  await tailnet.issueCertificate();
  await until('the certificate to be good', async () => (await probe()).includes('ok    upgrade'), 30_000);
  const old = 'ab'.repeat(32);
  await pin(old);
  await ok(desktop.alice(['clawdbot', 'node', 'restart']));
  await until(
    'the mismatch',
    async () => /fingerprint mismatch: pinned (ab){32}, found [0-9a-f]{64}/.test(await said()),
    20_000,
  );
  const line = await said();
  assert.match(line, /issued by O=Test Authority, CN=Test Authority R1, valid until \d{4}-/);
  const key = /clawdbot node pin ([0-9a-f]{64})/.exec(line)?.[1] ?? '';
  await pin(old, key);
  await ok(desktop.alice(['clawdbot', 'node', 'restart']));
  await until('the node', isConnected, 20_000);
  await tailnet.issueCertificate({ toSeconds: 50 * 86_400, keepKey: true });
  await reconnect();
  await until('the node, with the renewed certificate of the same key', isConnected, 40_000);
  await pin('--clear');
});

test('the cable out for 20 s, and for 60 s: connected again within 5 s', {
  skip,
  timeout: 240_000,
}, async (t) => {
  for (const seconds of [20, 60]) {
    await tailnet.unplug();
    await delay(seconds * 1_000);
    await tailnet.plug();
    const tookMs = await until(
      'a command to get through',
      async () => (await run()).stdout === 'desktop\n',
      40_000,
    );
    t.diagnostic(
      `cable out for ${seconds} s: a command runs ${(tookMs / 1000).toFixed(1)} s after it is back`,
    );
    assert.ok(tookMs <= 30_000);
  }
});

test('logged out: named on both sides', { skip, timeout: 90_000 }, async () => {
  // It cannot tell the control server, which speaks no TLS, and stays at `Stopped` until its next start.
  await tailnet.server.root(['tailscale', 'logout']);
  await ok(tailnet.server.root(['systemctl', 'restart', 'tailscaled']));
  await until(
    'the gateway to notice',
    async () => /logged out of the tailnet/.test(await exposure()),
    60_000,
  );
  assert.match((await tailnet.server.alice(['clawdbot', 'tailscale', 'serve'])).stderr, /sudo tailscale up/);
  assert.match(await probe(), /FAIL {2}(tcp|name) /);
  assert.equal(await property(tailnet.server, GATEWAY, 'MainPID'), gatewayPid, 'the same process');
});

async function ok(ran: Promise<{ status: number | null; stdout: string; stderr: string }>): Promise<string> {
  const { status, stdout, stderr } = await ran;
  assert.equal(status, 0, stdout + stderr);
  return stdout;
}

async function probe(): Promise<string> {
  return (await tailnet.desktop.alice(['clawdbot', 'probe', URL])).stdout;
}

/** What the gateway says about itself in the tailnet, JSON. */
async function exposure(): Promise<string> {
  const { stdout } = await tailnet.server.alice(['clawdbot', 'gateway', 'call', 'health', '--json']);
  return stdout.slice(stdout.indexOf('"tailscale"'));
}

async function isPublished(): Promise<boolean> {
  return (await exposure()).includes('"state": "published"');
}

async function isConnected(): Promise<boolean> {
  return (await property(tailnet.desktop, NODE, 'StatusText')).startsWith('connected to ');
}

async function pending(): Promise<string | undefined> {
  const { stdout } = await tailnet.server.alice(['clawdbot', 'nodes', 'pending', '--json']);
  return JSON.parse(stdout)[0]?.requestId;
}

/** The last thing the node said. */
async function said(): Promise<string> {
  return (await journal(tailnet.desktop, NODE)).trim().split('\n').slice(-3).join('\n');
}

/** Lets the node open a new connection. */
async function reconnect(): Promise<void> {
  await ok(tailnet.desktop.alice(['clawdbot', 'node', 'restart']));
}

async function run() {
  const { server } = tailnet;
  await server.alice(['clawdbot', 'approvals', 'allowlist', 'add', '--node', 'desktop', '/usr/bin/uname'], {
    timeoutMs: 3_000,
  });
  return server.alice(['clawdbot', 'nodes', 'run', '--node', 'desktop', '--', 'uname', '-n'], {
    timeoutMs: 3_000,
  });
}
