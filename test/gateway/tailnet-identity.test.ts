import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import { cleanUp } from '../clean-up.ts';
import { PATIENCE_MS } from '../patience.ts';
import { type StandIn, type StandInState, startStandIn } from '../tailnet/stand-in-daemon.ts';
import { startTestGateway, TOKEN } from './support/gateway.ts';
import { connectNode } from './support/peers.ts';

const isRoot = process.getuid?.() === 0;
const skip = isRoot ? false : 'only a program of root can stand in for tailscaled';
const ADDRESS = '100.64.0.2';
const LOGIN = 'user-2@example.net';
const PEERS = { [ADDRESS]: { login: LOGIN, name: 'desktop.tail0000.ts.net' } };

/** What Tailscale Serve sends along. */
function served(changes: Record<string, string> = {}): Record<string, string> {
  return {
    'x-forwarded-for': ADDRESS,
    'x-forwarded-proto': 'https',
    'x-forwarded-host': 'server.tail0000.ts.net:18789',
    'tailscale-user-login': LOGIN,
    'tailscale-user-name': 'User 2',
    ...changes,
  };
}

async function setUp(
  t: TestContext,
  { state = {}, allow = true }: { state?: Partial<StandInState>; allow?: boolean } = {},
) {
  const directory = mkdtempSync(join(tmpdir(), 'clawdbot-identity-'));
  const daemon: StandIn = await startStandIn(join(directory, 'tailscaled.sock'), { peers: PEERS, ...state });
  cleanUp(t, async () => {
    await daemon.close();
    rmSync(directory, { recursive: true, force: true });
  });
  const gateway = await startTestGateway(t, {
    tailscaleAccess: { socket: daemon.socket, helperDirectories: [] },
    gateway: { auth: { mode: 'token', token: TOKEN, allowTailscale: allow } },
  });
  const knock = (headers: Record<string, string>, token = '') =>
    connectNode(gateway, { headers, token }).then(
      () => 'connected',
      (thrown: Error) => thrown.message,
    );
  return { gateway, daemon, knock };
}

test('a user whom tailscaled and the kernel confirm needs no token, and still has to be paired', {
  skip,
}, async (t) => {
  const { knock, gateway } = await setUp(t);
  assert.match(await knock(served()), /pairing required/);
  const [request] = gateway.core.store.devices.listPending(Date.now());
  assert.ok(request !== undefined);
});

test('the headers do not count: unknown or other user, tagged machine, Funnel, several proxies, switched off, daemon gone', {
  skip,
}, async (t) => {
  const { knock, daemon } = await setUp(t);
  for (const [what, headers] of [
    ['another user', { 'tailscale-user-login': 'somebody@example.net' }],
    ['an address nobody has', { 'x-forwarded-for': '100.64.9.9' }],
    ['through Funnel', { 'tailscale-funnel-request': '?1' }],
    ['several proxies', { 'x-forwarded-for': `10.0.0.1, ${ADDRESS}` }],
  ] as const) {
    assert.match(await knock(served(headers)), /gateway token missing/, what);
  }
  daemon.state.peers = { [ADDRESS]: { login: LOGIN, name: 'ci', tags: ['tag:ci'] } };
  assert.match(await knock(served()), /gateway token missing/, 'a tagged machine');
  daemon.state.isHanging = true;
  assert.match(await knock(served()), /gateway token missing/, 'a daemon that hangs');
  const off = await setUp(t, { allow: false });
  assert.match(await off.knock(served()), /gateway token missing/, 'switched off');
});

test('a wrong token stays wrong, whoever it is', { skip }, async (t) => {
  const { knock } = await setUp(t);
  assert.match(await knock(served(), 'guess'), /token mismatch/);
});

test('an ordinary program that writes the same headers is found out by the kernel', { skip }, async (t) => {
  const { gateway } = await setUp(t);
  // It runs the sources of this tree, and Node, as the account nobody.
  const script = `
    import { connectNode } from '${join(import.meta.dirname, 'support/peers.ts')}';
    const headers = ${JSON.stringify(served())};
    await connectNode({ url: '${gateway.url}' }, { headers, token: '' }).catch((thrown) => console.log(thrown.message));
    process.exit(0);`;
  const folder = mkdtempSync(join(tmpdir(), 'clawdbot-forger-'));
  chmodSync(folder, 0o755);
  cleanUp(t, () => rmSync(folder, { recursive: true, force: true }));
  const words = [
    '--reuid=65534',
    '--regid=65534',
    '--clear-groups',
    process.execPath,
    '--input-type=module',
    '-e',
    script,
  ];
  const { stdout } = await promisify(execFile)('setpriv', words, { cwd: folder, timeout: PATIENCE_MS });
  assert.match(stdout, /gateway token missing/);
});
