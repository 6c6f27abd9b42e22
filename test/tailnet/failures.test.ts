import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { journal, property } from '../systemd/installed-copy.ts';
import { until } from '../systemd/until.ts';
import { GATEWAY, type InstalledTailnet, installOnTailnet, NODE, ok } from './installed-tailnet.ts';
import { tailnetSkipReason } from './tailnet.ts';

const skip = tailnetSkipReason() ?? false;
let tailnet: InstalledTailnet;
/** The one process of the gateway: no trouble with the tailnet may cost it. */
let gatewayPid: string;
const probe = () => tailnet.probe();
const exposure = () => tailnet.exposure();
const isPublished = () => tailnet.isPublished();
const isConnected = () => tailnet.isConnected();

before(async () => {
  if (skip) return;
  tailnet = await installOnTailnet();
  gatewayPid = await property(tailnet.server, GATEWAY, 'MainPID');
});
after(() => tailnet?.close());

test('the route is removed: the probe names it, the gateway makes it again, the node comes back', {
  skip,
}, async () => {
  const named =
    /FAIL {2}tcp .*refuses: the machine is up, but it serves nothing on port 18789\n +the fault is in: route/;
  // The gateway looks every 10 s; where it was quicker than the probe, the route is removed once more.
  await until('the probe to name it', async () => {
    await tailnet.server.root(['tailscale', 'serve', '--https=18789', 'off']);
    return named.test(await probe());
  });
  await until('the route to be back', async () => (await probe()).includes('ok    upgrade'));
  await until('the node', isConnected);
});

test('the route leads elsewhere: nobody’s entry is touched, the gateway says so and serves locally', {
  skip,
}, async () => {
  const { server } = tailnet;
  const other = server.start('root', ['python3', '-m', 'http.server', '3000', '--bind', '127.0.0.1']);
  await ok(server.root(['tailscale', 'serve', '--bg', '--https=18789', '127.0.0.1:3000']));
  await until('the gateway to notice', async () => (await exposure()).includes('degraded'));
  assert.match(
    await exposure(),
    /port 18789 of server\.tail0000\.ts\.net leads to http:\/\/127\.0\.0\.1:3000/,
  );
  const refused = await server.alice(['clawdbot', 'tailscale', 'serve']);
  assert.equal(refused.status, 78);
  assert.match(refused.stderr, /nothing was changed/);
  assert.match((await server.alice(['clawdbot', 'doctor'])).stdout, /tailnet\/foreign-route/);
  await until('the probe to see it', async () => /not a gateway of ours/.test(await probe()));
  other.stdin?.end();
  await server.root(['sh', '-c', 'kill $(ss -ltnpH "sport = :3000" | sed "s/.*pid=\\([0-9]*\\).*/\\1/")']);
  await until('502', async () => /FAIL {2}http .*502: the route is there/.test(await probe()));
  await ok(server.root(['tailscale', 'serve', '--https=18789', 'off']));
  await until('the route to be ours again', isPublished);
  await until('the node', isConnected);
});

test('tailscaled stopped, hanging, switched off: served locally all the time, published again without a restart', {
  skip,
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
      await until('the gateway to notice', async () => (await exposure()).includes('degraded'));
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
      await until('the doctor to name it', async () =>
        /tailnet\/state/.test((await server.alice(['clawdbot', 'doctor'])).stdout),
      );
      await ok(server.root(mendIt));
      await until('the gateway to be published', isPublished);
      await until('the node', isConnected);
    });
  }
  assert.equal(await property(server, GATEWAY, 'MainPID'), gatewayPid, 'the same process');
});

test('a gateway that starts before tailscaled is there serves at once and is published when it comes', {
  skip,
}, async () => {
  const { server } = tailnet;
  await ok(server.root(['systemctl', 'stop', 'tailscaled']));
  await ok(server.alice(['clawdbot', 'gateway', 'restart']));
  gatewayPid = await property(server, GATEWAY, 'MainPID');
  await until(
    'the gateway to serve locally',
    async () =>
      (await server.alice(['curl', '-sf', '-o', '/dev/null', 'http://127.0.0.1:18789/'])).status === 0,
  );
  await ok(server.root(['systemctl', 'start', 'tailscaled']));
  await until('the gateway to be published', isPublished);
  await until('the node', isConnected);
});

test('an expired certificate is named; a renewed one breaks a pin, which one command follows', {
  skip,
}, async () => {
  const { desktop } = tailnet;
  const pin = async (...words: string[]) => ok(desktop.alice(['clawdbot', 'node', 'pin', ...words]));
  await tailnet.issueCertificate({ fromSeconds: -86_400, toSeconds: -60 });
  await reconnect();
  assert.match(await probe(), /FAIL {2}tls .*\n +the fault is in: certificate/);

  await tailnet.issueCertificate();
  await until('the certificate to be good', async () => (await probe()).includes('ok    upgrade'));
  const old = 'ab'.repeat(32);
  await pin(old);
  await ok(desktop.alice(['clawdbot', 'node', 'restart']));
  await until('the mismatch', async () =>
    /fingerprint mismatch: pinned (ab){32}, found [0-9a-f]{64}/.test(await said()),
  );
  const line = await said();
  assert.match(line, /issued by O=Test Authority, CN=Test Authority R1, valid until \d{4}-/);
  const key = /clawdbot node pin ([0-9a-f]{64})/.exec(line)?.[1] ?? '';
  await pin(old, key);
  await ok(desktop.alice(['clawdbot', 'node', 'restart']));
  await until('the node', isConnected);
  await tailnet.issueCertificate({ toSeconds: 50 * 86_400, keepKey: true });
  await reconnect();
  await until('the node, with the renewed certificate of the same key', isConnected);
  await pin('--clear');
});

test('the cable out for 20 s, and for 60 s: connected again by itself', {
  skip,
}, async (t) => {
  for (const seconds of [20, 60]) {
    await tailnet.unplug();
    await delay(seconds * 1_000);
    await tailnet.plug();
    const tookMs = await until('a command to get through', async () => (await run()).stdout === 'desktop\n');
    t.diagnostic(
      `cable out for ${seconds} s: a command runs ${(tookMs / 1000).toFixed(1)} s after it is back`,
    );
  }
});

test('logged out: named on both sides', { skip }, async () => {
  // It cannot tell the control server, which speaks no TLS, and stays at `Stopped` until its next start.
  await tailnet.server.root(['tailscale', 'logout']);
  await ok(tailnet.server.root(['systemctl', 'restart', 'tailscaled']));
  await until('the gateway to notice', async () => /logged out of the tailnet/.test(await exposure()));
  assert.match((await tailnet.server.alice(['clawdbot', 'tailscale', 'serve'])).stderr, /sudo tailscale up/);
  assert.match(await probe(), /FAIL {2}(tcp|name) /);
  assert.equal(await property(tailnet.server, GATEWAY, 'MainPID'), gatewayPid, 'the same process');
});

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
    timeoutMs: 10_000,
  });
  return server.alice(['clawdbot', 'nodes', 'run', '--node', 'desktop', '--', 'uname', '-n'], {
    timeoutMs: 10_000,
  });
}
