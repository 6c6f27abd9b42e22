import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { PATIENCE_MS } from '../patience.ts';
import { privateHome, run } from './driver.ts';
import { scriptedGateway } from './scripted-gateway.ts';
import { startUp } from './up-driver.ts';

const NODE = {
  nodeId: 'b'.repeat(64),
  displayName: 'web',
  caps: [],
  commands: ['system.run'],
  paired: true,
  connected: true,
};

test('runs on a real node: output, exit status, signal, missing program, environment, directory', async (t) => {
  const up = await startUp(t);
  for (const program of [
    '/usr/bin/printf',
    '/usr/bin/false',
    '/bin/sleep',
    '/usr/bin/pwd',
    '/usr/bin/env',
    '/usr/bin/timeout',
  ]) {
    assert.equal(
      (
        await up.run([
          'approvals',
          'allowlist',
          'add',
          '--node',
          'box',
          execFileSync('realpath', [program], { encoding: 'utf8' }).trim(),
        ])
      ).status,
      0,
    );
  }
  const runOn = (...words: string[]) => up.run(['nodes', 'run', '--node', 'box', ...words]);

  assert.deepEqual(await runOn('--', '/usr/bin/printf', 'a\\nb'), {
    status: 0,
    signal: null,
    stdout: 'a\nb',
    stderr: '',
  });
  assert.equal((await runOn('/usr/bin/false')).status, 1);
  assert.equal((await runOn('--cwd', '/', '/usr/bin/pwd')).stdout, '/\n');
  const missing = await runOn('/usr/bin/no-such-program');
  assert.notEqual(missing.status, 0);
  const timedOut = await runOn('--command-timeout', '300', '/bin/sleep', '60');
  assert.equal(timedOut.status, 124);
  assert.match(timedOut.stderr, /run timed out/);
  const json = await runOn('--json', '/usr/bin/printf', 'x');
  assert.equal(JSON.parse(json.stdout).payload.stdout, 'x');
});

test('a command that nobody allowed is refused at once, with the command that would allow it', async (t) => {
  const up = await startUp(t);
  const startedAt = performance.now();
  const { status, stderr } = await up.run(['nodes', 'run', '--node', 'box', 'uname', '-a']);
  assert.equal(status, 1);
  assert.ok(performance.now() - startedAt < 100_000, 'a question of two minutes was not waited for');
  assert.match(stderr, /exec denied: approval required, and nobody answered/);
  assert.match(stderr, /approvals allowlist add --node box \/\S*uname/);
  // Allowing the shell would allow everything; each of its programs without an entry is named instead.
  const shell = await up.run(['nodes', 'run', '--node', 'box', 'sh', '-c', 'uname | tail -1; date']);
  assert.deepEqual(
    shell.stderr.match(/allowlist add --node box \S+/g)?.map((line) => line.split('/').at(-1)),
    ['uname', 'date'],
  );
  const code = await up.run(['nodes', 'run', '--node', 'box', '--', 'env', 'date']);
  assert.doesNotMatch(code.stderr, /allowlist add/);
  assert.match(code.stderr, /approvals explain --node box -- env date/);
});

test('an entry with arguments allows exactly those', async (t) => {
  const up = await startUp(t);
  const add = await up.run(['approvals', 'allowlist', 'add', '--node', 'box', '--arg=-s', '/usr/bin/uname']);
  assert.equal(add.status, 0, add.stderr);
  assert.equal(
    (await up.run(['nodes', 'run', '--node', 'box', '--', '/usr/bin/uname', '-s'])).stdout,
    'Linux\n',
  );
  assert.equal((await up.run(['nodes', 'run', '--node', 'box', '--', '/usr/bin/uname', '-a'])).status, 1);
});

test('a person allows a waiting command from another terminal, once', async (t) => {
  const up = await startUp(t);
  const waiting = up.start([
    'nodes',
    'run',
    '--node',
    'box',
    '--approval-timeout',
    '200000',
    '--',
    'uname',
    '-s',
  ]);
  await waiting.until(/approvals allow (\S+)/);
  const pending = await up.run(['approvals', 'pending']);
  assert.match(pending.stdout, /uname -s$/m);
  const id = /approvals allow (\S+)/.exec(waiting.output.stderr)?.[1] ?? '';
  assert.equal((await up.run(['approvals', 'allow', id])).status, 0);
  const ended = await waiting.ended;
  assert.deepEqual([ended.status, ended.stdout], [0, 'Linux\n'], ended.stderr);
  const again = await up.run(['approvals', 'allow', id]);
  assert.deepEqual([again.status, again.stdout], [0, `${id} was answered so before; nothing changed\n`]);
  const other = await up.run(['approvals', 'deny', id]);
  assert.equal(other.status, 1);
  assert.match(other.stderr, /already answered: allow-once by /);
});

test('a denied command ends with the reason', async (t) => {
  const up = await startUp(t);
  const waiting = up.start(['nodes', 'run', '--node', 'box', '--approval-timeout', '200000', '--', 'uname']);
  await waiting.until(/approvals allow (\S+)/);
  const id = /approvals allow (\S+)/.exec(waiting.output.stderr)?.[1] ?? '';
  assert.equal((await up.run(['approvals', 'deny', id])).status, 0);
  const ended = await waiting.ended;
  assert.equal(ended.status, 1);
  assert.match(ended.stderr, /exec denied: user denied/);
});

test('output is shown while the command runs, and Ctrl-C ends it on the node', async (t) => {
  const up = await startUp(t);
  const script = join(up.home, 'ticks');
  // A binary of its own: the interpreter of a script would need an entry for itself.
  execFileSync('cp', ['/usr/bin/yes', script]);
  assert.equal((await up.run(['approvals', 'allowlist', 'add', '--node', 'box', script])).status, 0);
  const running = up.start(['nodes', 'run', '--node', 'box', '--', script, 'tick']);
  await running.until(/tick\ntick/);
  running.child.kill('SIGINT');
  const ended = await running.ended;
  assert.ok(ended.status !== null && ended.status > 128, `${ended.status} ${ended.stderr}`);
  const giveUpAt = performance.now() + PATIENCE_MS;
  const alive = () => spawnSync('pgrep', ['-f', `^${script} tick`], { encoding: 'utf8' }).stdout.trim();
  while (alive() !== '' && performance.now() < giveUpAt) await sleep(50);
  assert.equal(alive(), '', 'nothing of it is left');
});

test('one key runs at most once', async (t) => {
  const up = await startUp(t);
  const mktemp = execFileSync('realpath', ['/usr/bin/mktemp'], { encoding: 'utf8' }).trim();
  assert.equal((await up.run(['approvals', 'allowlist', 'add', '--node', 'box', mktemp])).status, 0);
  const args = [
    'nodes',
    'run',
    '--node',
    'box',
    '--idempotency-key',
    'k1',
    '--',
    mktemp,
    '-p',
    up.home,
    'made.XXXXXX',
  ];
  const first = await up.run(args);
  const second = await up.run(args);
  assert.equal(first.status, 0, first.stderr);
  assert.deepEqual(second, first);
  assert.equal(readdirSync(up.home).filter((name) => name.startsWith('made.')).length, 1);
});

test('a real gateway is asked as its own client asks: file of the node, approval, run', async (t) => {
  const runs: unknown[] = [];
  const gateway = await scriptedGateway(t, {
    answers: {
      'node.list': () => ({ payload: { ts: 1, nodes: [NODE] } }),
      'exec.approvals.node.get': () => ({
        payload: { path: '/x', exists: true, hash: 'h', file: { version: 1 } },
      }),
      'exec.approval.request': () => ({ payload: { id: 'x', decision: 'allow-once' } }),
      'node.invoke': (params) => {
        runs.push(params);
        return {
          payload: {
            ok: true,
            payload: {
              exitCode: 7,
              stdout: 'out',
              stderr: 'err',
              timedOut: false,
              success: false,
              error: null,
            },
          },
        };
      },
    },
  });
  const args = ['nodes', 'run', '--url', gateway.url, '--node', 'web', '--env', 'A=1', '--', 'ls', '-l'];
  const { status, stdout } = await run(t, args, { home: privateHome(t) });
  assert.deepEqual([status, stdout], [7, 'out']);
  const request = gateway.calls.find(({ method }) => method === 'exec.approval.request')?.params ?? {};
  // The real gateway refuses every key that it does not know.
  assert.deepEqual(Object.keys(request).sort(), [
    'agentId',
    'ask',
    'command',
    'host',
    'id',
    'security',
    'timeoutMs',
  ]);
  assert.equal(request['command'], 'ls -l');
  assert.equal(runs.length, 1);
  const sent = (runs[0] as { params: Record<string, unknown> }).params;
  assert.deepEqual(
    [sent['approved'], sent['approvalDecision'], sent['command'], sent['env']],
    [true, 'allow-once', ['ls', '-l'], { A: '1' }],
  );
});

const refusals: [string, string[], RegExp][] = [
  ['no command', ['--node', 'web'], /command required/],
  ['no node', ['--', 'ls'], /node required \(set --node or tools\.exec\.node\)/],
  ['--raw and words', ['--node', 'web', '--raw', 'ls', 'ls'], /use --raw or argv, not both/],
  ['security deny', ['--node', 'web', '--security', 'deny', 'ls'], /exec denied: host=node security=deny/],
  ['an --env without a name', ['--node', 'web', '--env', '=x', 'ls'], /is not NAME=VALUE/],
];
for (const [name, args, message] of refusals) {
  test(`${name}: refused before anything is asked`, async (t) => {
    const { status, stderr } = await run(t, ['nodes', 'run', '--url', 'ws://127.0.0.1:1', ...args], {
      home: privateHome(t),
    });
    assert.equal(status, 1);
    assert.match(stderr, message);
  });
}

test('options behind the remote program belong to the remote program', async (t) => {
  const gateway = await scriptedGateway(t, {
    methods: ['exec.approvals.explain'],
    answers: {
      'node.list': () => ({ payload: { nodes: [NODE] } }),
      'node.invoke': (params) => ({
        payload: { payload: { exitCode: 0, stdout: JSON.stringify(params['params']), stderr: '' } },
      }),
    },
  });
  const { stdout } = await run(
    t,
    ['nodes', 'run', '--url', gateway.url, '--node', 'web', 'tool', '--json', '--node', 'x'],
    { home: privateHome(t) },
  );
  assert.deepEqual(JSON.parse(stdout).command, ['tool', '--json', '--node', 'x']);
});

test('unknown and ambiguous nodes are refused in the words scripts know', async (t) => {
  const twin = { ...NODE, nodeId: 'c'.repeat(64) };
  const gateway = await scriptedGateway(t, {
    answers: { 'node.list': () => ({ payload: { nodes: [NODE, twin] } }) },
  });
  const home = privateHome(t);
  const unknown = await run(t, ['nodes', 'describe', '--url', gateway.url, '--node', 'mail'], { home });
  assert.match(unknown.stderr, /unknown node: mail \(known: web, web\)/);
  const ambiguous = await run(t, ['nodes', 'describe', '--url', gateway.url, '--node', 'web'], { home });
  assert.match(
    ambiguous.stderr,
    /ambiguous node: web \(matches: web \(bbbbbbbbbbbb\), web \(cccccccccccc\)\)/,
  );
  assert.deepEqual([unknown.status, ambiguous.status], [1, 1]);
});

test('remote output goes to a pipe byte for byte, control characters included', async (t) => {
  const text = 'a\x1b[31mb\x00\x07\r\n';
  const gateway = await scriptedGateway(t, {
    methods: ['exec.approvals.explain'],
    answers: {
      'node.list': () => ({ payload: { nodes: [NODE] } }),
      'node.invoke': () => ({ payload: { payload: { exitCode: 0, stdout: text, stderr: '' } } }),
    },
  });
  const { stdout } = await run(t, ['nodes', 'run', '--url', gateway.url, '--node', 'web', 'x'], {
    home: privateHome(t),
  });
  assert.equal(stdout, text);
});

test("the generated token is in no process's arguments", async (t) => {
  const up = await startUp(t);
  const { token } = JSON.parse(readFileSync(join(up.home, '.clawdbot', 'clawdbot.json'), 'utf8')).gateway
    .auth;
  assert.match(token, /^[0-9a-f]{48}$/);
  const script = 'cat /proc/[0-9]*/cmdline 2>/dev/null | tr "\\0" " "';
  assert.ok(!execFileSync('sh', ['-c', script], { encoding: 'utf8' }).includes(token));
});
