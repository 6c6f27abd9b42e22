import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { run } from '../../systemd/run-program.ts';
import { until } from '../../systemd/until.ts';
import { openChromiumOn } from '../chromium-on.ts';
import { GATEWAY_URL, type InstalledTailnet, ok, pendingNode } from '../installed-tailnet.ts';
import { SERVER_NAME } from '../tailnet.ts';

const SOCKET_URL = GATEWAY_URL.replace('https:', 'wss:');

/** Whom Tailscale Serve names and tailscaled confirms needs no token, only approval; nobody else can say the same (F-98). */
export function identityCases(open: () => InstalledTailnet, skip: string | false): void {
  /** The one device that waits; approves it. */
  const approveDevice = async () => {
    const { server } = open();
    const { stdout } = await server.alice(['clawdbot', 'devices', 'list', '--json']);
    const waiting = JSON.parse(stdout).pending as { requestId: string }[];
    assert.equal(waiting.length, 1, stdout);
    await ok(server.alice(['clawdbot', 'devices', 'approve', waiting[0]?.requestId ?? '']));
  };

  test('a command line without token, of another account of the desktop, is let in once it is approved', {
    skip,
  }, async () => {
    const call = () =>
      open().desktop.root(['clawdbot', 'gateway', 'call', 'health', '--url', SOCKET_URL, '--json']);
    assert.match((await call()).stdout, /network and credentials are fine, a person has to approve it/);
    await approveDevice();
    assert.match(await ok(call()), /"ok": true/);
  });

  test('a node without token, too', { skip }, async () => {
    const { server, desktop } = open();
    const words = ['clawdbot', 'node', 'run', '--host', SERVER_NAME, '--port', '18789', '--tls'];
    await ok(
      desktop.root([
        ...['systemd-run', '--quiet', '--collect', '--unit=second-node', '-E', 'HOME=/root'],
        ...['-E', 'CLAWDBOT_STATE_DIR=/root/second', ...words, '--display-name', 'second'],
      ]),
    );
    await until('its request', async () => (await pendingNode({ server })) !== undefined);
    await ok(server.alice(['clawdbot', 'nodes', 'approve', (await pendingNode({ server })) ?? '']));
    const connected = async () => {
      const { stdout } = await server.alice(['clawdbot', 'nodes', 'status', '--json']);
      return /"displayName": "second",[^}]*"connected": true/s.test(stdout);
    };
    await until('the node', connected);
    await ok(desktop.root(['systemctl', 'stop', 'second-node']));
  });

  test('a browser on the desktop signs in without token', { skip }, async (t) => {
    const { page, close } = await openChromiumOn(open().desktop);
    try {
      await page.goto(GATEWAY_URL);
      await page.getByText('This browser is new to the gateway').waitFor();
      await approveDevice();
      await page.getByText(`Connected to ${SERVER_NAME}:18789`).waitFor();
      const kept = await page.evaluate(() => JSON.stringify([location.href, { ...localStorage }]));
      assert.doesNotMatch(kept, /token/i);
      const picture = process.env['CLAWDBOT_TEST_SCREENSHOT'];
      if (picture !== undefined) await page.screenshot({ path: picture, fullPage: true });
      await page.reload();
      await page.getByText(`Connected to ${SERVER_NAME}:18789`).waitFor();
    } finally {
      await close();
    }
    t.diagnostic('Chromium in the desktop: its resolver, its routes, the authority of the test');
  });

  test('the same headers from loopback count for nobody: not from another account, not with another name', {
    skip,
  }, async () => {
    const { server } = open();
    const who = JSON.parse(await ok(server.root(['tailscale', 'whois', '--json', '100.64.0.2'])));
    const login: string = who.UserProfile.LoginName;
    for (const [uid, name] of [
      [server.uid, login],
      [65_534, login],
      [0, 'somebody@example.net'],
    ] as const) {
      const said = await forge(uid, name);
      assert.match(said, /gateway token missing/, `uid ${uid} as ${name}`);
    }
  });

  /** Connects in the network of the server, straight to the gateway, with the headers tailscaled would add. */
  async function forge(uid: number, login: string): Promise<string> {
    const headers = {
      'x-forwarded-for': '100.64.0.2',
      'x-forwarded-proto': 'https',
      'x-forwarded-host': `${SERVER_NAME}:18789`,
      'tailscale-user-login': login,
    };
    // It runs the sources of this tree with the Node of this machine.
    const script = `
      import { connectNode } from '${join(import.meta.dirname, '../../gateway/support/peers.ts')}';
      await connectNode({ url: 'ws://127.0.0.1:18789/' }, { headers: ${JSON.stringify(headers)}, token: '' })
        .then(() => console.log('let in'), (thrown) => console.log(thrown.message));
      process.exit(0);`;
    const account = ['setpriv', `--reuid=${uid}`, `--regid=${uid}`, '--clear-groups'];
    const node = [process.execPath, '--input-type=module', '-e', script];
    return (await run(['nsenter', '-t', String(open().server.leader()), '-n', ...account, ...node])).stdout;
  }
}
