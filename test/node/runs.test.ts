import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { readUses } from '../../src/approvals/index.ts';
import type { RunResult } from '../../src/protocol/index.ts';
import { cleanUp } from '../clean-up.ts';
import { makeHome, startNode, until } from './fixtures/running-node.ts';
import { type Script, type ScriptedConnection, startScriptedGateway } from './fixtures/scripted-gateway.ts';

/** Everything may run: these tests are about running, not about deciding. */
const OPEN_POLICY = { version: 1, defaults: { security: 'full', ask: 'off' } };

async function connect(
  t: TestContext,
  { script = {}, policy = OPEN_POLICY }: { script?: Script; policy?: unknown } = {},
) {
  const { home, paths } = makeHome(t, policy);
  const gateway = await startScriptedGateway(script);
  cleanUp(t, () => gateway.stop());
  const next = gateway.nextConnection();
  const node = startNode(t, { paths, port: gateway.port });
  return { home, gateway, node, connection: await next };
}

async function run(
  connection: ScriptedConnection,
  params: object,
  extra: Record<string, unknown> = {},
): Promise<RunResult> {
  const result = await connection.invoke('system.run', params, extra);
  assert.equal(result.ok, true, JSON.stringify(result));
  return JSON.parse(String(result.payloadJSON));
}

function eventsOf(connection: ScriptedConnection, name: string): Record<string, unknown>[] {
  return connection.requests
    .filter(({ method, params }) => method === 'node.event' && params.event === name)
    .map(({ params }) => JSON.parse(String(params.payloadJSON)));
}

function isAlive(pid: number): boolean {
  try {
    // A zombie waits for its parent; it runs nothing any more.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

async function pidIn(path: string): Promise<number> {
  return until(
    `a pid in ${path}`,
    () => (existsSync(path) && Number(readFileSync(path, 'utf8').trim())) || undefined,
  );
}

test('gives output, exit status and the event before the result, as the reference does', async (t) => {
  const { connection } = await connect(t);
  const result = await run(connection, { command: ['/bin/sh', '-c', 'echo out; echo err >&2; exit 3'] });
  assert.deepEqual(result, {
    exitCode: 3,
    timedOut: false,
    success: false,
    stdout: 'out\n',
    stderr: 'err\n',
    error: null,
  });
  assert.deepEqual(
    connection.requests.map(({ method }) => method),
    ['node.event', 'node.invoke.result'],
  );
  const [finished] = eventsOf(connection, 'exec.finished');
  assert.equal(finished?.command, '/bin/sh -c "echo out; echo err >&2; exit 3"');
  assert.equal(finished?.output, 'out\n\nerr');
  assert.equal(finished?.sessionKey, 'node');
});

test('closes stdin, so that a program that reads does not hang', async (t) => {
  const { connection } = await connect(t);
  assert.equal((await run(connection, { command: ['/bin/cat'] })).exitCode, 0);
});

test('sends the result although the reply to node.event never comes', async (t) => {
  const { connection } = await connect(t, { script: { mute: ['node.event'] } });
  assert.equal((await run(connection, { command: ['/bin/echo', 'x'] })).stdout, 'x\n');
});

test('names the signal that ended a program, without an exit status', async (t) => {
  const { connection } = await connect(t);
  const result = await run(connection, { command: ['/bin/sh', '-c', 'kill -9 $$'] });
  assert.deepEqual(result, {
    timedOut: false,
    success: false,
    stdout: '',
    stderr: '',
    error: null,
    signal: 'SIGKILL',
  });
});

test('reports a program and a directory that do not exist as the reference does', async (t) => {
  const { connection } = await connect(t);
  const missing = await run(connection, { command: ['/no/such/bin'], approved: true });
  assert.equal(missing.error, 'spawn /no/such/bin ENOENT');
  assert.equal('exitCode' in missing, false);
  const nowhere = await run(connection, { command: ['/bin/echo', 'x'], cwd: '/no/such/dir', approved: true });
  assert.equal(nowhere.error, 'spawn /bin/echo ENOENT');
});

test('ends a whole group at the time limit, also a grandchild in a session of its own', async (t) => {
  const { connection, home } = await connect(t);
  const script =
    'sleep 60 & echo $! > a; setsid sh -c "echo \\$\\$ > b; exec sleep 60" & trap "" TERM; wait; sleep 60';
  const result = await run(connection, { command: ['/bin/sh', '-c', script], cwd: home, timeoutMs: 6_000 });
  assert.equal(result.timedOut, true);
  assert.equal(result.endedBy, 'timeout');
  assert.equal('exitCode' in result, false);
  for (const name of ['a', 'b']) assert.equal(isAlive(await pidIn(join(home, name))), false, name);
});

test('ends the running tree on cancel, by invokeId and by id', async (t) => {
  const { connection, home } = await connect(t);
  for (const key of ['invokeId', 'id']) {
    const command = ['/bin/sh', '-c', `sleep 60 & echo $! > ${key}.pid; wait`];
    const result = run(connection, { command, cwd: home }, { id: `invoke-${key}` });
    const grandchild = await pidIn(join(home, `${key}.pid`));
    connection.send('node.invoke.cancel', { [key]: `invoke-${key}` });
    const ended = await result;
    assert.equal(ended.endedBy, 'cancel');
    assert.equal(ended.signal, 'SIGTERM');
    assert.equal(isAlive(grandchild), false);
  }
});

test('ends what runs when the connection is lost, and says so', async (t) => {
  const { connection, gateway, home, node } = await connect(t);
  void connection.invoke('system.run', {
    command: ['/bin/sh', '-c', 'sleep 60 & echo $! > pid; wait'],
    cwd: home,
  });
  const grandchild = await pidIn(join(home, 'pid'));
  const next = gateway.nextConnection();
  connection.socket.terminate();
  await next;
  await until('the grandchild to end', () => !isAlive(grandchild));
  await until('a line about it', () =>
    node.log.some((line) => line.startsWith('1 running command was ended')),
  );
});

test('ends what runs when it is stopped, tells the gateway the result and closes with 1000', async (t) => {
  const { connection, home, node } = await connect(t);
  const result = run(connection, { command: ['/bin/sh', '-c', 'sleep 60 & echo $! > pid; wait'], cwd: home });
  const grandchild = await pidIn(join(home, 'pid'));
  await node.stop();
  assert.equal(isAlive(grandchild), false);
  assert.equal((await result).endedBy, 'shutdown');
  assert.equal((await connection.closed).code, 1000);
});

test('ends fifty runs at once, each with a grandchild in a session of its own', async (t) => {
  const { connection, home, node } = await connect(t);
  const script = 'setsid sh -c "echo \\$\\$ > $0; exec sleep 60" & wait';
  const results = Array.from({ length: 50 }, (_, index) =>
    run(connection, { command: ['/bin/sh', '-c', script, `${index}.pid`], cwd: home }),
  );
  const grandchildren = await Promise.all(results.map((_, index) => pidIn(join(home, `${index}.pid`))));
  const from = Date.now();
  await node.stop();
  t.diagnostic(`all gone after ${Date.now() - from} ms`);
  assert.deepEqual(grandchildren.filter(isAlive), []);
  for (const result of await Promise.all(results)) assert.equal(result.endedBy, 'shutdown');
});

test('takes no harm from frames that say nothing it understands', async (t) => {
  const { connection } = await connect(t);
  const odd = [null, 1, [], {}, { id: 1 }, { id: 'x' }, { id: 'x', nodeId: 1 }, { id: 'x', nodeId: 'n' }];
  for (const payload of odd) {
    for (const event of [
      'node.invoke.request',
      'node.invoke.cancel',
      'shutdown',
      'tick',
      'node.pair.resolved',
    ]) {
      connection.send(event, payload);
    }
  }
  for (const raw of ['', '{', 'null', '[]', '{"type":"res"}', '{"type":"event","event":""}', '\0'])
    connection.socket.send(raw);
  const weird = {
    command: ['/bin/echo', 1, true],
    cwd: null,
    env: null,
    timeoutMs: null,
    runId: null,
    stream: null,
  };
  assert.equal((await run(connection, weird)).stdout, '1 true\n');
  for (const params of [
    null,
    5,
    'x',
    [],
    { command: 'ls' },
    { command: [] },
    { command: [{}] },
    { command: ['x'], env: 3 },
  ]) {
    assert.equal((await connection.invoke('system.run', params)).ok, false, JSON.stringify(params));
  }
});

test('comes back when only a background process holds the pipes', async (t) => {
  const { connection, home } = await connect(t);
  const before = Date.now();
  const result = await run(connection, {
    command: ['/bin/sh', '-c', 'sleep 300 & echo $! > pid; echo done'],
    cwd: home,
  });
  assert.equal(result.stdout, 'done\n');
  assert.equal(result.exitCode, 0);
  assert.ok(Date.now() - before < 200_000);
  process.kill(await pidIn(join(home, 'pid')), 'SIGKILL');
});

test('cuts output at 200000 bytes with the mark of the reference', async (t) => {
  const { connection } = await connect(t);
  const one = await run(connection, { command: ['/bin/sh', '-c', 'head -c 300000 /dev/zero | tr "\\0" x'] });
  assert.equal(one.stdout, `${'x'.repeat(200_000)}\n... (truncated)`);
  assert.equal(one.stderr, '');
  const two = await run(connection, {
    command: ['/bin/sh', '-c', 'echo e >&2; sleep 0.2; head -c 300000 /dev/zero | tr "\\0" x'],
  });
  assert.equal(two.stdout.length, 199_998);
  assert.equal(two.stderr, 'e\n\n... (truncated)');
  const [first] = eventsOf(connection, 'exec.finished');
  assert.match(String(first?.output), /^\.\.\. \(truncated\) x/);
});

test('keeps a result full of control characters below the frame limit of the gateway', async (t) => {
  const { connection } = await connect(t);
  const result = await run(connection, { command: ['/bin/sh', '-c', 'head -c 199000 /dev/zero'] });
  assert.match(result.stdout, /^\0+\n\.\.\. \(truncated\)$/);
  const bytes = Math.max(...connection.requests.map((request) => request.bytes));
  assert.ok(bytes <= 524_288 && bytes > 500_000, String(bytes));
  assert.equal((await run(connection, { command: ['/bin/echo', 'alive'] })).stdout, 'alive\n');
});

test('starts one key once: a second request gets the same result', async (t) => {
  const { connection, home } = await connect(t);
  const params = { command: ['/bin/sh', '-c', 'echo x >> count; sleep 0.3; cat count'], cwd: home };
  const both = await Promise.all([
    run(connection, params, { idempotencyKey: 'k1' }),
    run(connection, params, { idempotencyKey: 'k1' }),
  ]);
  const later = await run(connection, params, { idempotencyKey: 'k1' });
  for (const result of [...both, later]) assert.equal(result.stdout, 'x\n');
  assert.equal(eventsOf(connection, 'exec.finished').length, 1);
  const other = await connection.invoke(
    'system.run',
    { command: ['/bin/echo', 'other'] },
    { idempotencyKey: 'k1' },
  );
  assert.equal(other.ok, false);
  assert.deepEqual(other.error, {
    code: 'INVALID_REQUEST',
    message: 'key k1 was already used for another command',
  });
});

test('starts one run id once, also when the caller comes back over another connection', async (t) => {
  const { connection, gateway, home } = await connect(t);
  const params = { command: ['/bin/sh', '-c', 'echo x >> count; cat count'], cwd: home, runId: 'run-7' };
  await run(connection, params, { idempotencyKey: 'a' });
  const next = gateway.nextConnection();
  connection.socket.terminate();
  assert.equal((await run(await next, params, { idempotencyKey: 'b' })).stdout, 'x\n');
});

test('gives the result of an approved run to nobody who may not run it', async (t) => {
  const { connection } = await connect(t, { policy: { version: 1 } });
  const params = { command: ['/usr/bin/id', '-un'], runId: 'run-8' };
  const key = { idempotencyKey: 'guessed' };
  const approved = { ...params, approved: true };
  const { stdout } = await run(connection, approved, key);
  for (const extra of [key, { idempotencyKey: 'other' }]) {
    const replayed = await connection.invoke('system.run', params, extra);
    assert.deepEqual(replayed.error, {
      code: 'UNAVAILABLE',
      message: 'SYSTEM_RUN_DENIED: approval required',
    });
  }
  assert.equal((await run(connection, approved, key)).stdout, stdout);
  assert.equal(eventsOf(connection, 'exec.finished').length, 1, 'and it ran once');
});

test('runs nothing unapproved, with the texts and the event peers know', async (t) => {
  const { connection } = await connect(t, { policy: { version: 1 } });
  const asked = await connection.invoke('system.run', { command: ['/usr/bin/id'] }, { idempotencyKey: 'k' });
  assert.deepEqual(asked.error, { code: 'UNAVAILABLE', message: 'SYSTEM_RUN_DENIED: approval required' });
  assert.equal(eventsOf(connection, 'exec.denied')[0]?.reason, 'approval-required');
  const approved = await run(
    connection,
    { command: ['/usr/bin/id', '-u'], approved: true },
    { idempotencyKey: 'k2' },
  );
  assert.equal(approved.exitCode, 0);
  const sameKey = await run(
    connection,
    { command: ['/usr/bin/id'], approved: true },
    { idempotencyKey: 'k' },
  );
  assert.equal(sameKey.exitCode, 0, 'a refused run may come again with an approval');
});

test('stores what was allowed for good, with its exact arguments, and never a shell', async (t) => {
  const { connection, node } = await connect(t, { policy: { version: 1, socket: { token: 'kept-secret' } } });
  const forGood = { approved: true, approvalDecision: 'allow-always' };
  await run(connection, { command: ['/usr/bin/uname', '-s'], ...forGood });
  assert.equal((await run(connection, { command: ['/usr/bin/uname', '-s'] })).stdout, 'Linux\n');
  for (const command of [
    ['/usr/bin/uname', '-a'],
    ['/bin/sh', '-c', 'exec "$0"', '/usr/bin/uname'],
  ]) {
    const other = await connection.invoke('system.run', { command });
    assert.equal(other.ok, false, command.join(' '));
  }
  await run(connection, { command: ['/bin/sh', '-c', 'echo "$((1+1))"; id -u'], ...forGood });
  for (const agentId of ['*', ' * ', 'default'])
    await run(connection, { command: ['/usr/bin/whoami'], agentId, ...forGood });
  const text = readFileSync(node.paths.execApprovals, 'utf8');
  assert.match(text, /kept-secret/);
  assert.doesNotMatch(text, /bin\/(da)?sh/);
  assert.doesNotMatch(text, /whoami/, 'no agent is called "*": that would be for all of them');
  assert.ok(node.log.some((line) => line.startsWith('from now on allowed for main')));
});

test('runs an approved shell text in the form of the published CLI, and none that differs from what was shown', async (t) => {
  const { connection } = await connect(t, { policy: { version: 1 } });
  const text = 'uname -s | tr a-z A-Z && id -u';
  const shown = {
    command: ['/bin/sh', '-lc', text],
    rawCommand: text,
    needsScreenRecording: false,
    agentId: 'main',
  };
  const asked = await connection.invoke('system.run', shown);
  assert.deepEqual(asked.error, { code: 'UNAVAILABLE', message: 'SYSTEM_RUN_DENIED: approval required' });
  const ran = await run(connection, { ...shown, approved: true, approvalDecision: 'allow-once' });
  assert.match(ran.stdout, /^LINUX\n\d+\n$/);
  assert.equal(eventsOf(connection, 'exec.finished')[0]?.command, text);
  const other = await connection.invoke('system.run', { ...shown, rawCommand: 'uname -s', approved: true });
  assert.match(String((other.error as { message: string }).message), /^SYSTEM_RUN_DENIED: /);
});

test('does not log the secrets of a refused command', async (t) => {
  const { connection, node } = await connect(t, { policy: { version: 1 } });
  await connection.invoke('system.run', { command: ['/usr/bin/curl', '--token', 'hunter2-hunter2'] });
  assert.ok(node.log.some((line) => line.startsWith('refused to run')));
  assert.ok(!node.log.join('\n').includes('hunter2'));
});

test('notes the use of a rule beside the policy, whose hash stays', async (t) => {
  const policy = { version: 1, agents: { main: { allowlist: [{ id: 'a', pattern: '/usr/bin/uname' }] } } };
  const { connection, node } = await connect(t, { policy });
  const before = readFileSync(node.paths.execApprovals, 'utf8');
  for (let round = 0; round < 3; round += 1) await run(connection, { command: ['/usr/bin/uname', '-s'] });
  await node.stop();
  assert.equal(readFileSync(node.paths.execApprovals, 'utf8'), before);
  const [use] = Object.values(readUses(node.paths.execApprovals));
  assert.deepEqual(
    [use?.count, use?.lastUsedCommand, use?.lastResolvedPath],
    [3, '/usr/bin/uname -s', '/usr/bin/uname'],
  );
});

test('applies a changed policy to the next run', async (t) => {
  const { connection, node } = await connect(t, { policy: { version: 1 } });
  const write = (policy: unknown) => writeFileSync(node.paths.execApprovals, JSON.stringify(policy));
  write({ version: 1, agents: { '*': { allowlist: [{ id: 'a', pattern: '/usr/bin/uname' }] } } });
  assert.equal((await run(connection, { command: ['/usr/bin/uname'] })).exitCode, 0);
  write({ version: 1, defaults: { ask: 'off' } });
  const missed = await connection.invoke('system.run', { command: ['/usr/bin/uname'] });
  assert.deepEqual(missed.error, { code: 'UNAVAILABLE', message: 'SYSTEM_RUN_DENIED: allowlist miss' });
  write({ version: 1, defaults: { security: 'deny' } });
  const denied = await connection.invoke('system.run', { command: ['/usr/bin/uname'], approved: true });
  assert.deepEqual(denied.error, { code: 'UNAVAILABLE', message: 'SYSTEM_RUN_DISABLED: security=deny' });
  writeFileSync(node.paths.execApprovals, '{ not json');
  const damaged = await connection.invoke('system.run', { command: ['/usr/bin/uname'], approved: true });
  assert.match(
    String((damaged.error as { message: string }).message),
    /^SYSTEM_RUN_DISABLED: security=deny \(/,
  );
});

test('passes no secret of its own environment on', async (t) => {
  const { paths } = makeHome(t, OPEN_POLICY);
  const gateway = await startScriptedGateway();
  cleanUp(t, () => gateway.stop());
  const next = gateway.nextConnection();
  const env = {
    PATH: process.env.PATH,
    CLAWDBOT_GATEWAY_TOKEN: 'top-secret',
    NODE_OPTIONS: '--x',
    LD_PRELOAD: '/x',
  };
  const node = startNode(t, { paths, port: gateway.port, env });
  const connection = await next;
  assert.equal(connection.params.auth?.token, 'top-secret');
  const { stdout } = await run(connection, { command: ['/usr/bin/env'] });
  assert.doesNotMatch(stdout, /top-secret|NODE_OPTIONS|LD_PRELOAD/);
  const refused = await connection.invoke('system.run', {
    command: ['/usr/bin/env'],
    env: { LD_PRELOAD: '/evil' },
  });
  assert.match(String((refused.error as { message: string }).message), /LD_PRELOAD/);
  assert.ok(!node.log.join('\n').includes('top-secret'));
});

test('streams output while it appears when gateway and caller want it', async (t) => {
  const { connection, home } = await connect(t, { script: { events: ['exec.output'] } });
  const command = [
    '/bin/sh',
    '-c',
    'printf "a\\303"; sleep 0.3; printf "\\244"; echo e >&2; until test -e go; do sleep 0.05; done',
  ];
  const result = run(connection, { command, cwd: home, runId: 'r', stream: true });
  await until('the first chunks', () => eventsOf(connection, 'exec.output').length >= 3);
  writeFileSync(join(home, 'go'), '');
  assert.equal((await result).stdout, 'aä');
  const chunks = eventsOf(connection, 'exec.output');
  assert.deepEqual(
    chunks.map((chunk) => chunk.seq),
    chunks.map((_, index) => index),
  );
  const text = (stream: string) =>
    chunks
      .filter((chunk) => chunk.stream === stream)
      .map((chunk) => chunk.text)
      .join('');
  assert.equal(text('stdout'), 'aä');
  assert.equal(text('stderr'), 'e\n');
  assert.ok(chunks.every((chunk) => chunk.runId === 'r'));
  await run(connection, { command: ['/bin/echo', 'quiet'] });
  assert.equal(eventsOf(connection, 'exec.output').length, chunks.length, 'not asked for, not sent');
});

test('does not stream to a gateway that does not forward output', async (t) => {
  const { connection } = await connect(t);
  await run(connection, { command: ['/bin/echo', 'x'], stream: true });
  assert.equal(eventsOf(connection, 'exec.output').length, 0);
});

test('gives up streaming, not the run, when chunks are not answered', async (t) => {
  const { connection } = await connect(t, { script: { events: ['exec.output'], mute: ['node.event'] } });
  const result = await run(connection, {
    command: ['/bin/sh', '-c', 'head -c 2000000 /dev/zero | tr "\\0" y'],
    stream: true,
  });
  assert.equal(result.exitCode, 0);
});

test('answers what it does not know, and parameters that are no JSON, in the words of the reference', async (t) => {
  const { connection } = await connect(t);
  const unknown = await connection.invoke('system.notify', {});
  assert.deepEqual(unknown.error, { code: 'UNAVAILABLE', message: 'command not supported' });
  const empty = await connection.invoke('system.run', { approved: true });
  assert.deepEqual(empty.error, { code: 'INVALID_REQUEST', message: 'command required' });
  const garbage = await connection.invoke('system.run', {}, { paramsJSON: '{' });
  assert.equal((garbage.error as { code: string }).code, 'INVALID_REQUEST');
  const which = await connection.invoke('system.which', { bins: ['sh', 'nosuchbin', ' ', 'a/b'] });
  assert.match(String(which.payloadJSON), /^\{"bins":\{"sh":"[^"]+\/sh"\}\}$/);
  const noBins = await connection.invoke('system.which', {});
  assert.deepEqual(noBins.error, {
    code: 'INVALID_REQUEST',
    message: 'Error: INVALID_REQUEST: bins required',
  });
});

test('reads and replaces its policy by base hash, in the words of the reference', async (t) => {
  const { connection } = await connect(t);
  const got = JSON.parse(String((await connection.invoke('system.execApprovals.get', {})).payloadJSON));
  const stale = await connection.invoke('system.execApprovals.set', { file: { version: 1 }, baseHash: '00' });
  assert.deepEqual(stale.error, {
    code: 'INVALID_REQUEST',
    message: 'Error: INVALID_REQUEST: exec approvals changed; reload and retry',
  });
  const bare = await connection.invoke('system.execApprovals.set', { file: { version: 1 } });
  assert.deepEqual(bare.error, {
    code: 'INVALID_REQUEST',
    message: 'Error: INVALID_REQUEST: exec approvals base hash required; reload and retry',
  });
  const set = await connection.invoke('system.execApprovals.set', {
    file: { version: 1 },
    baseHash: got.hash,
  });
  assert.notEqual(JSON.parse(String(set.payloadJSON)).hash, got.hash);
});
