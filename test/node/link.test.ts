import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { nodeStatusPath, readNodeStatus } from '../../src/node/index.ts';
import { cleanUp } from '../clean-up.ts';
import { makeHome, startNode, until } from './fixtures/running-node.ts';
import { startScriptedGateway } from './fixtures/scripted-gateway.ts';

const UNPAIRED = (requestId: string) => ({
  error: { code: 'NOT_PAIRED', message: 'pairing required', details: { requestId } },
});
const WRONG_TOKEN = {
  error: {
    code: 'INVALID_REQUEST',
    message: 'unauthorized: gateway token mismatch (provide gateway auth token)',
  },
};

test('connects as the node host the reference expects', async (t) => {
  const { paths } = makeHome(t);
  const gateway = await startScriptedGateway();
  cleanUp(t, () => gateway.stop());
  const next = gateway.nextConnection();
  startNode(t, { paths, port: gateway.port, token: 'shared', displayName: 'build box' });
  const { params } = await next;
  const { id, mode, displayName, instanceId } = params.client;
  assert.deepEqual({ id, mode, displayName }, { id: 'node-host', mode: 'node', displayName: 'build box' });
  assert.deepEqual([params.role, params.scopes, params.caps], ['node', [], ['system']]);
  assert.deepEqual(params.commands, [
    'system.run',
    'system.run.prepare',
    'system.which',
    'system.execApprovals.get',
    'system.execApprovals.set',
    'system.execApprovals.explain',
    'system.stats',
  ]);
  assert.equal(params.auth?.token, 'shared');
  const file = JSON.parse(readFileSync(paths.nodeConfig, 'utf8'));
  assert.deepEqual(file, {
    version: 1,
    nodeId: instanceId,
    displayName: 'build box',
    gateway: { host: '127.0.0.1', port: gateway.port, tls: false },
  });
});

test('waits for its approval, says so once, and is connected within a second of it', async (t) => {
  const { paths } = makeHome(t);
  let approved = false;
  const gateway = await startScriptedGateway({
    onConnect: () => (approved ? { hello: {} } : UNPAIRED('req-1')),
  });
  cleanUp(t, () => gateway.stop());
  const node = startNode(t, { paths, port: gateway.port });
  await until('four attempts', () => gateway.connects.length >= 4);
  const state = node.state();
  assert.equal(state?.state === 'waiting-for-approval' && state.requestId, 'req-1');
  const lines = node.log.filter((line) => line.includes('pairing required'));
  assert.equal(lines.length, 1, lines.join('\n'));
  assert.match(lines[0] ?? '', /clawdbot nodes approve req-1/);
  const status = readNodeStatus(paths.stateDir);
  assert.equal(status.kind === 'status' && status.status.state.state, 'waiting-for-approval');
  assert.equal(statSync(nodeStatusPath(paths.stateDir)).mode & 0o777, 0o600);
  const next = gateway.nextConnection();
  approved = true;
  const from = Date.now();
  await next;
  t.diagnostic(`connected ${Date.now() - from} ms after the approval`);
});

test('shows a new request when the gateway made one', async (t) => {
  const { paths } = makeHome(t);
  const gateway = await startScriptedGateway({
    onConnect: (_params, count) => UNPAIRED(count < 3 ? 'old' : 'new'),
  });
  cleanUp(t, () => gateway.stop());
  const node = startNode(t, { paths, port: gateway.port });
  await until('the new request', () => node.log.some((line) => line.includes('nodes approve new')));
});

test('is back within two seconds after an announced restart', async (t) => {
  const { paths } = makeHome(t);
  const first = await startScriptedGateway();
  const next = first.nextConnection();
  const node = startNode(t, { paths, port: first.port });
  const connection = await next;
  connection.send('shutdown', { reason: 'gateway restarting', restartExpectedMs: 1_500 });
  await first.stop(1012);
  await new Promise((resolve) => setTimeout(resolve, 700));
  const second = await startScriptedGateway({ port: first.port });
  cleanUp(t, () => second.stop());
  const from = Date.now();
  await second.nextConnection();
  t.diagnostic(`connected ${Date.now() - from} ms after the gateway listened again`);
  assert.ok(node.log.some((line) => line.startsWith('the gateway restarts')));
});

test('finds a gateway that was not there at the start', async (t) => {
  const { paths } = makeHome(t);
  const place = await startScriptedGateway();
  await place.stop();
  const node = startNode(t, { paths, port: place.port });
  const state = await until('a backoff', () =>
    node.state()?.state === 'backoff' ? node.state() : undefined,
  );
  assert.match(state?.state === 'backoff' ? state.lastError.text : '', /ECONNREFUSED/);
  const gateway = await startScriptedGateway({ port: place.port });
  cleanUp(t, () => gateway.stop());
  await gateway.nextConnection();
});

test('stores the device token per gateway, and shows it to no other', async (t) => {
  const { paths } = makeHome(t);
  const hello = { auth: { deviceToken: 'device-1', role: 'node', scopes: [], issuedAtMs: 1 } };
  const gateway = await startScriptedGateway({ onConnect: () => ({ hello }) });
  const other = await startScriptedGateway();
  cleanUp(t, () => Promise.all([gateway.stop(), other.stop()]));
  const next = gateway.nextConnection();
  const node = startNode(t, { paths, port: gateway.port, token: 'shared' });
  const connection = await next;
  assert.equal(connection.params.auth?.token, 'shared');
  const again = gateway.nextConnection();
  connection.socket.terminate();
  assert.equal((await again).params.auth?.token, 'device-1');
  await node.stop();
  const stored = JSON.parse(readFileSync(paths.deviceAuth, 'utf8'));
  assert.equal(stored.tokens.node.token, 'device-1', 'where the real program looks for it');
  const elsewhere = other.nextConnection();
  startNode(t, { paths, port: other.port, token: 'shared-2' });
  assert.equal((await elsewhere).params.auth?.token, 'shared-2');
});

test('forgets a device token the gateway refuses and tries the configured one at once', async (t) => {
  const { paths } = makeHome(t);
  const hello = (token: string) => ({
    hello: { auth: { deviceToken: token, role: 'node', scopes: [], issuedAtMs: 1 } },
  });
  const gateway = await startScriptedGateway({
    onConnect: ({ auth }, count) => {
      if (count === 1) return hello('device-1');
      return auth?.token === 'shared' ? hello('device-2') : WRONG_TOKEN;
    },
  });
  cleanUp(t, () => gateway.stop());
  const next = gateway.nextConnection();
  const node = startNode(t, { paths, port: gateway.port, token: 'shared' });
  const connection = await next;
  const again = gateway.nextConnection();
  connection.socket.terminate();
  assert.equal((await again).params.auth?.token, 'shared');
  const tokens = gateway.connects.map(({ params }) => params.auth?.token);
  assert.deepEqual(tokens, ['shared', 'device-1', 'shared']);
  const pauses = node.states.filter(({ state }) => state === 'backoff');
  assert.equal(
    pauses.length,
    1,
    'only the one after the lost connection: both were tried in the same attempt',
  );
  await until('the new token', () => readFileSync(paths.deviceAuth, 'utf8').includes('device-2'));
});

test('stays up with a wrong token, slows down, and shows what to do', async (t) => {
  const { paths } = makeHome(t);
  const gateway = await startScriptedGateway({ onConnect: () => WRONG_TOKEN });
  cleanUp(t, () => gateway.stop());
  const node = startNode(t, { paths, port: gateway.port, token: 'wrong-secret' });
  const state = await until('a backoff', () =>
    node.state()?.state === 'backoff' ? node.state() : undefined,
  );
  assert.ok(state?.state === 'backoff' && state.nextAttemptAt - node.sinceMs(state) > 2_000);
  assert.match(node.log.join('\n'), /CLAWDBOT_GATEWAY_TOKEN/);
  assert.ok(!node.log.join('\n').includes('wrong-secret'));
  const status = readNodeStatus(paths.stateDir);
  assert.ok(status.kind === 'status' && status.isRunning && status.status.lastError !== undefined);
  assert.ok(status.kind === 'status' && (status.status.nextAttemptAt ?? 0) >= state.nextAttemptAt);
});

test('a damaged token file stops nothing and is not touched', async (t) => {
  const { paths } = makeHome(t);
  const hello = { auth: { deviceToken: 'device-1', role: 'node', scopes: [], issuedAtMs: 1 } };
  const gateway = await startScriptedGateway({ onConnect: () => ({ hello }) });
  cleanUp(t, () => gateway.stop());
  mkdirSync(join(paths.stateDir, 'identity'), { recursive: true });
  writeFileSync(paths.deviceAuth, '{ damaged');
  const next = gateway.nextConnection();
  const node = startNode(t, { paths, port: gateway.port, token: 'shared' });
  await next;
  assert.equal(readFileSync(paths.deviceAuth, 'utf8'), '{ damaged');
  await until('a line about it', () =>
    node.log.some((line) => line.includes('cannot read the device tokens')),
  );
});

test('connects anew, once, when a gateway lost track of it over the late end of a half-open connection', async (t) => {
  const { paths } = makeHome(t);
  const gateway = await startScriptedGateway();
  cleanUp(t, () => gateway.stop());
  const first = gateway.nextConnection();
  startNode(t, { paths, port: gateway.port });
  const one = await first;
  const left = (deviceId: string | undefined) => ({
    presence: [{ ts: 1 }, { ts: 1, deviceId, reason: 'disconnect' }],
  });
  one.send('presence', left(one.params.device?.id)); // no half-open connection before: not our business
  const second = gateway.nextConnection();
  await one.invoke('system.which', { bins: [] });
  one.socket.terminate();
  const two = await second;
  two.send('presence', left('another device'));
  await two.invoke('system.which', { bins: [] });
  const third = gateway.nextConnection();
  two.send('presence', left(two.params.device?.id));
  const three = await third;
  assert.equal((await two.closed).code, 1000);
  three.send('presence', left(three.params.device?.id));
  await three.invoke('system.which', { bins: [] });
  assert.equal(gateway.connections.length, 3);
});

test('two with one identity: each answers what it was asked, and the end of one is not the end of the other', async (t) => {
  const policy = { version: 1, defaults: { security: 'full', ask: 'off' } };
  const { paths } = makeHome(t, policy);
  const gateway = await startScriptedGateway();
  cleanUp(t, () => gateway.stop());
  const firstNext = gateway.nextConnection();
  const first = startNode(t, { paths, port: gateway.port });
  const one = await firstNext;
  const secondNext = gateway.nextConnection();
  startNode(t, { paths, port: gateway.port });
  const two = await secondNext;
  assert.equal(one.params.device?.id, two.params.device?.id);
  const slow = two.invoke('system.run', { command: ['/bin/sh', '-c', 'sleep 0.4; echo two'] });
  const quick = await one.invoke('system.run', { command: ['/bin/echo', 'one'] });
  assert.match(String(quick.payloadJSON), /one/);
  await first.stop();
  assert.match(String((await slow).payloadJSON), /two/);
});

test('as a process: titled, ends in order on SIGTERM with 0, whatever it waits for', async (t) => {
  const { home, paths } = makeHome(t);
  const gateway = await startScriptedGateway({
    onConnect: (_params, count) => (count === 1 ? UNPAIRED('r') : { hello: {} }),
  });
  cleanUp(t, () => gateway.stop());
  const program = join(import.meta.dirname, 'fixtures/node-process.ts');
  const child = spawn(process.execPath, [program, String(gateway.port)], {
    env: { PATH: process.env.PATH, HOME: home },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  cleanUp(t, () => child.kill('SIGKILL'));
  let out = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  const connection = await gateway.nextConnection();
  await until('the state', () => out.includes('connected'));
  assert.match(readFileSync(`/proc/${child.pid}/cmdline`, 'utf8'), /^clawdbot-node/);
  child.kill('SIGTERM');
  const [code, signal] = await once(child, 'exit');
  assert.deepEqual([code, signal], [0, null]);
  assert.equal((await connection.closed).code, 1000);
  assert.deepEqual(out.trim().split('\n').slice(0, 3), [
    'connecting',
    'waiting-for-approval',
    'waiting-for-approval',
  ]);
  assert.equal(out.trim().split('\n').at(-1), '{"kind":"stopped","endedRuns":0}');
  const status = readNodeStatus(paths.stateDir);
  assert.ok(status.kind === 'status' && !status.isRunning && status.status.state.state === 'stopping');
});

test('as a process: a gateway that is gone does not end it, SIGTERM does', async (t) => {
  const { home } = makeHome(t);
  const program = join(import.meta.dirname, 'fixtures/node-process.ts');
  const place = await startScriptedGateway();
  await place.stop();
  const child = spawn(process.execPath, [program, String(place.port)], {
    env: { PATH: process.env.PATH, HOME: home },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  cleanUp(t, () => child.kill('SIGKILL'));
  let out = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  await until('a few attempts', () => out.split('backoff').length > 3);
  assert.equal(child.exitCode, null);
  child.kill('SIGTERM');
  assert.deepEqual(await once(child, 'exit'), [0, null]);
});

test('as a process: takes its commands along when it ends by a fault, and ends on SIGHUP unless under nohup', async (t) => {
  const { home } = makeHome(t, { version: 1, defaults: { security: 'full', ask: 'off' } });
  const program = join(import.meta.dirname, 'fixtures/node-process.ts');
  const gateway = await startScriptedGateway();
  cleanUp(t, () => gateway.stop());
  const start = async (...command: string[]) => {
    const next = gateway.nextConnection();
    const [file = '', ...args] = [...command, process.execPath, program, String(gateway.port)];
    const child = spawn(file, args, { env: { PATH: process.env.PATH, HOME: home }, stdio: 'ignore' });
    cleanUp(t, () => child.kill('SIGKILL'));
    return { child, connection: await next };
  };
  const faulty = await start();
  const command = ['/bin/sh', '-c', 'setsid sleep 60 & echo $! > pid; wait'];
  void faulty.connection.invoke('system.run', { command, cwd: home });
  const pid = await until('the command', () => {
    return existsSync(join(home, 'pid')) && Number(readFileSync(join(home, 'pid'), 'utf8'));
  });
  faulty.child.kill('SIGUSR2');
  assert.deepEqual(await once(faulty.child, 'exit'), [1, null]);
  await until(
    'the command to be gone',
    () => !existsSync(`/proc/${pid}/cmdline`) || readFileSync(`/proc/${pid}/cmdline`, 'utf8') === '',
  );

  const plain = await start();
  plain.child.kill('SIGHUP');
  assert.deepEqual(await once(plain.child, 'exit'), [0, null]);

  const kept = await start('nohup');
  kept.child.kill('SIGHUP');
  const answer = await kept.connection.invoke('system.which', { bins: [] });
  assert.equal(answer.ok, true);
  kept.child.kill('SIGTERM');
  assert.deepEqual(await once(kept.child, 'exit'), [0, null]);
});
