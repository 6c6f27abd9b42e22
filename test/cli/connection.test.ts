import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { cleanUp } from '../clean-up.ts';
import { freePort } from '../free-port.ts';
import { privateHome, run } from './driver.ts';
import { scriptedGateway } from './scripted-gateway.ts';

const TOKEN = 'super-secret-token-0123456789';

test('a refused connection says that no gateway runs, and how to start one', async (t) => {
  const home = privateHome(t);
  const port = await freePort();
  const env = { CLAWDBOT_GATEWAY_PORT: String(port) };
  const { status, stdout, stderr } = await run(t, ['nodes', 'status'], { home, env });
  assert.equal(status, 75);
  assert.equal(stdout, '');
  assert.match(
    stderr,
    new RegExp(
      `cannot list nodes: nothing listens on port ${port} \\(connection refused\\) and no gateway runs`,
    ),
  );
  assert.match(
    stderr,
    new RegExp(
      `Gateway target: ws://127.0.0.1:${port}\n {2}Source: local loopback\n {2}Config: .*clawdbot.json\n {2}Bind: loopback\n`,
    ),
  );
  assert.match(stderr, /run: .* gateway run/);
});

test('a listener that never speaks is named with its process', async (t) => {
  const home = privateHome(t);
  const mute = createServer(() => {}).listen(0, '127.0.0.1');
  cleanUp(t, () => mute.close());
  await new Promise((resolve) => mute.once('listening', resolve));
  const address = mute.address();
  assert.ok(address !== null && typeof address === 'object');
  const env = { CLAWDBOT_GATEWAY_PORT: String(address.port) };
  const { status, stderr } = await run(t, ['health', '--timeout', '600'], { home, env });
  assert.equal(status, 75);
  assert.match(stderr, /gateway timeout after 600ms/);
  assert.match(stderr, new RegExp(`held by pid ${process.pid} `));
});

test('--json gives the same failure as JSON on stdout', async (t) => {
  const env = { CLAWDBOT_GATEWAY_PORT: String(await freePort()) };
  const { status, stdout } = await run(t, ['nodes', 'list', '--json'], { home: privateHome(t), env });
  assert.equal(status, 75);
  assert.equal(JSON.parse(stdout).error.code, 'gateway/unreachable');
});

test('a refused token is not shown, wherever it came from', async (t) => {
  const gateway = await scriptedGateway(t, {
    answers: {
      connect: () => ({
        error: { code: 'INVALID_REQUEST', message: `unauthorized: gateway token mismatch (${TOKEN})` },
      }),
    },
    close: { code: 1008, reason: 'unauthorized' },
  });
  const home = privateHome(t);
  for (const given of [
    { args: ['--token', TOKEN], env: {} },
    { args: [], env: { CLAWDBOT_GATEWAY_TOKEN: TOKEN } },
  ]) {
    const { status, stdout, stderr } = await run(
      t,
      ['health', '--json', '--url', gateway.url, ...given.args],
      {
        home,
        env: given.env,
      },
    );
    assert.equal(status, 78);
    assert.match(stderr, /refused the credentials/);
    assert.doesNotMatch(stdout + stderr, new RegExp(TOKEN));
  }
  assert.deepEqual(
    gateway.calls.map(({ params }) => (params['auth'] as { token?: string }).token),
    [TOKEN, TOKEN],
  );
});

test('an unpaired device is told that only a person is missing, and the command', async (t) => {
  const gateway = await scriptedGateway(t, {
    answers: {
      connect: () => ({
        error: { code: 'NOT_PAIRED', message: 'pairing required', details: { requestId: 'r-1' } },
      }),
    },
    close: { code: 1008, reason: 'pairing required' },
  });
  const { status, stderr } = await run(t, ['health', '--url', gateway.url], { home: privateHome(t) });
  assert.equal(status, 1);
  assert.match(stderr, /network and credentials are fine/);
  assert.match(stderr, /devices approve r-1/);
});

test('a device token is kept 0600, used when there is nothing else, and forgotten when it is refused', async (t) => {
  const home = privateHome(t);
  const hello = {
    type: 'hello-ok',
    protocol: 3,
    server: { version: 'x', connId: 'c' },
    features: { methods: [], events: [] },
    policy: { tickIntervalMs: 30_000 },
    auth: { deviceToken: 'device-token-abcdef', role: 'operator', scopes: ['operator.admin'], issuedAtMs: 1 },
  };
  let refuse = false;
  const gateway = await scriptedGateway(t, {
    answers: {
      connect: () =>
        refuse
          ? { error: { code: 'INVALID_REQUEST', message: 'unauthorized: device token mismatch' } }
          : { payload: hello },
      health: () => ({ payload: { ok: true } }),
    },
    close: { code: 1008, reason: 'unauthorized' },
  });
  const file = join(home, '.clawdbot', 'identity', 'device-auth.json');
  assert.equal((await run(t, ['health', '--url', gateway.url, '--token', TOKEN], { home })).status, 0);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.equal((await run(t, ['health', '--url', gateway.url], { home })).status, 0);
  const connects = () => gateway.calls.filter(({ method }) => method === 'connect');
  assert.deepEqual(connects().at(-1)?.params['auth'], { token: 'device-token-abcdef' });
  refuse = true;
  const { status, stdout, stderr } = await run(t, ['health', '--url', gateway.url], { home });
  assert.equal(status, 78);
  assert.doesNotMatch(stdout + stderr, /device-token-abcdef/);
  assert.doesNotMatch(readFileSync(file, 'utf8'), /device-token-abcdef/);
});

test('no answer to a call ends with 75 after the time given', async (t) => {
  const gateway = await scriptedGateway(t, { silent: ['health'] });
  const args = ['health', '--url', gateway.url, '--timeout', '5000'];
  const { status, stderr } = await run(t, args, { home: privateHome(t) });
  assert.equal(status, 75);
  assert.match(stderr, /cannot ask for the health: gateway timeout after 5000ms/);
});

test('names of peers cannot write to the terminal', async (t) => {
  const evil = '\x1b]0;pwned\x07\x1b[2Jroot\u202e\nKnown: 99\r';
  const node = {
    nodeId: 'a'.repeat(64),
    displayName: evil,
    platform: evil,
    remoteIp: evil,
    version: evil,
    caps: [evil],
    commands: [evil],
    pathEnv: evil,
    paired: true,
    connected: true,
  };
  const gateway = await scriptedGateway(t, {
    answers: {
      'node.list': () => ({ payload: { ts: 1, nodes: [node] } }),
      'node.describe': () => ({ payload: node }),
      'node.pair.list': () => ({
        payload: { pending: [{ requestId: evil, nodeId: evil, displayName: evil, ts: 1 }], paired: [] },
      }),
      'device.pair.list': () => ({
        payload: {
          pending: [
            { requestId: evil, deviceId: evil, displayName: evil, role: 'node', remoteIp: evil, ts: 1 },
          ],
          paired: [{ deviceId: evil, displayName: evil, scopes: [evil], tokens: [{ role: evil }] }],
        },
      }),
      'node.rename': () => ({ error: { code: 'INVALID_REQUEST', message: evil } }),
      'logs.tail': () => ({
        payload: {
          file: evil,
          cursor: 1,
          size: 1,
          lines: [evil, JSON.stringify({ 0: evil, time: evil, _meta: { logLevelName: evil } })],
        },
      }),
      health: () => ({ payload: { ok: true, channelOrder: [evil] } }),
      'exec.approval.list': () => ({
        payload: { pending: [{ id: evil, request: { command: evil, cwd: evil, host: evil } }] },
      }),
    },
  });
  const home = privateHome(t);
  const commands = [
    ['nodes', 'status'],
    ['nodes', 'list'],
    ['nodes', 'pending'],
    ['nodes', 'describe', '--node', 'aaaaaaaa'],
    ['nodes', 'describe', '--node', 'nobody'],
    ['nodes', 'rename', '--node', 'aaaaaaaa', '--name', 'x'],
    ['devices', 'list'],
    ['logs'],
    ['gateway', 'health'],
    ['approvals', 'pending'],
  ];
  for (const args of commands) {
    const { stdout, stderr } = await run(t, [...args, '--url', gateway.url], { home });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
    assert.doesNotMatch(stdout + stderr, /[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/, args.join(' '));
    assert.match(stdout + stderr, /root|unknown/, args.join(' '));
  }
});

test('--json prints one JSON value and nothing else on stdout', async (t) => {
  const gateway = await scriptedGateway(t, {
    answers: {
      'node.list': () => ({ payload: { ts: 1, nodes: [] } }),
      'node.pair.list': () => ({ payload: { pending: [], paired: [] } }),
      'device.pair.list': () => ({ payload: { pending: [], paired: [] } }),
      'system-presence': () => ({ payload: [] }),
      health: () => ({ payload: { ok: true } }),
      status: () => ({ payload: {} }),
      'exec.approvals.get': () => ({
        payload: { path: '/x', exists: true, hash: 'h', file: { version: 1 } },
      }),
      'exec.approval.list': () => ({ payload: { pending: [] } }),
    },
  });
  const home = privateHome(t);
  const commands = [
    ['nodes', 'status'],
    ['nodes', 'list'],
    ['nodes', 'pending'],
    ['devices', 'list'],
    ['system', 'presence'],
    ['health'],
    ['status'],
    ['gateway', 'call', 'health'],
    ['gateway', 'probe'],
    ['gateway', 'status'],
    ['approvals', 'get', '--gateway'],
    ['approvals', 'pending'],
  ];
  for (const args of commands) {
    const { status, stdout } = await run(t, [...args, '--json', '--url', gateway.url], { home });
    assert.equal(status, 0, args.join(' '));
    assert.doesNotThrow(() => JSON.parse(stdout), args.join(' '));
  }
});

test('an invalid config stops a command that needs it, with line and column', async (t) => {
  const home = privateHome(t);
  mkdirSync(join(home, '.clawdbot'));
  writeFileSync(join(home, '.clawdbot', 'clawdbot.json'), '{\n  gateway: { port: }\n}\n');
  const commands = [
    'health',
    'up',
    'gateway run',
    'node run',
    'config set gateway.port 1',
    'config get gateway',
  ];
  for (const command of commands) {
    const { status, stderr } = await run(t, command.split(' '), { home });
    assert.equal(status, 78, command);
    assert.match(stderr, /line 2, column/, command);
    assert.match(stderr, /→ run: .*doctor --only config\n/, command);
  }
});

test('a damaged device identity is refused and kept', async (t) => {
  const home = privateHome(t);
  const path = join(home, '.clawdbot', 'identity', 'device.json');
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, '{"version":1,');
  const { status, stderr } = await run(t, ['health', '--url', 'ws://127.0.0.1:1'], { home });
  assert.equal(status, 78);
  assert.match(stderr, /cannot use the device identity/);
  assert.equal(readFileSync(path, 'utf8'), '{"version":1,');
});

test('help and completion write nothing', async (t) => {
  const home = privateHome(t);
  await run(t, ['nodes', '--help'], { home });
  await run(t, ['completion', 'bash'], { home });
  assert.ok(!existsSync(join(home, '.clawdbot')));
});
