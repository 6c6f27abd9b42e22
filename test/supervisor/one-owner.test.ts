import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { connectToOwner } from '../../src/supervisor/control-channel.ts';
import {
  acquireLock,
  claimService,
  holderPath,
  readHolder,
  waitForLock,
} from '../../src/supervisor/index.ts';
import { cleanUp } from '../clean-up.ts';
import { freePort } from '../free-port.ts';
import { gatewayArgs, startProgram, temporaryDirectory } from './program.ts';

const gateway = 'tiny-gateway.ts';

test('a second start by hand ends with 78 and names the owner, the port and commands that reach the owner', async (t) => {
  const dir = temporaryDirectory(t);
  const port = await freePort();
  const owner = startProgram(t, gateway, gatewayArgs(dir, port));
  await owner.until('serving');
  const second = startProgram(t, gateway, gatewayArgs(dir, port));
  const refused = await second.until('refused');
  assert.equal((await second.exited).code, 78);
  assert.match(String(refused.text), new RegExp(`gateway already running \\(pid ${owner.pid}\\)`));
  assert.match(String(refused.text), new RegExp(`Port ${port} is already in use`));
  assert.deepEqual(refused.remedies, [
    { kind: 'run', command: ['clawdbot', 'gateway', 'status'] },
    { kind: 'run', command: ['clawdbot', 'gateway', 'stop'] },
    { kind: 'run', command: ['clawdbot', 'gateway', 'takeover'] },
  ]);
  assert.equal(readFileSync(holderPath(dir), 'utf8').includes(`"pid":${owner.pid}`), true);
  assert.equal(statSync(join(dir, 'gateway.control.sock')).mode & 0o777, 0o600);
});

test('a second start on another port, through a link and in a private temp directory is refused as well', async (t) => {
  const dir = temporaryDirectory(t);
  const alias = `${dir}-alias`;
  symlinkSync(dir, alias);
  cleanUp(t, () => rmSync(alias));
  await startProgram(t, gateway, gatewayArgs(dir, await freePort())).until('serving');
  const env = { TMPDIR: '/var/tmp' };
  const second = startProgram(
    t,
    gateway,
    gatewayArgs(`${alias}/../${alias.split('/').at(-1)}/`, await freePort()),
    {
      env,
    },
  );
  assert.equal((await second.exited).code, 78);
});

test('the owner of another pid and mount namespace is respected, and its death is noticed', async (t) => {
  if (process.getuid?.() !== 0) return t.skip('needs root to make namespaces');
  const dir = temporaryDirectory(t);
  const port = await freePort();
  const prefix = ['unshare', '--pid', '--mount', '--fork', '--kill-child', '--mount-proc'];
  const owner = startProgram(t, gateway, gatewayArgs(dir, port), { prefix });
  await owner.until('serving');
  const second = startProgram(t, gateway, gatewayArgs(dir, port));
  assert.match(String((await second.until('refused')).text), /ours: pid \d+ \(1 in its container\) uid /);
  assert.equal((await second.exited).code, 78);
  owner.child.kill('SIGKILL');
  await owner.exited;
  await startProgram(t, gateway, gatewayArgs(dir, port), { prefix }).until('serving');
});

test('a record that is rubbish, a directory, gone, of a reused pid or of another boot does not stop a start', async (t) => {
  const dir = temporaryDirectory(t);
  const self = { pid: process.pid, startTicks: 1, bootId: 'x' };
  const records = ['', '{', 'x'.repeat(64), JSON.stringify({ ...self, schema: 1 })];
  for (const text of records) {
    writeFileSync(holderPath(dir), text);
    const attempt = await acquireLock({ stateDir: dir });
    assert.equal(attempt.kind, 'acquired', text);
    if (attempt.kind === 'acquired') attempt.lock.release();
  }
  assert.equal((await readHolder(dir)).kind, 'unreadable');
  rmSync(holderPath(dir));
  mkdirSync(holderPath(dir));
  const attempt = await acquireLock({ stateDir: dir });
  assert.equal(attempt.kind, 'acquired');
  if (attempt.kind === 'acquired') attempt.lock.release();
});

test('record and control socket are made anew when somebody removes or damages them, in the own directory only', async (t) => {
  const dir = temporaryDirectory(t);
  const owner = await claimService({
    stateDir: dir,
    service: 'clawdbot-gateway',
    version: '0.0.0',
    port: await freePort(),
    cli: ['clawdbot'],
    onStatus: () => {},
    signal: AbortSignal.timeout(60_000),
    addresses: [],
  });
  assert.ok(owner !== undefined);
  cleanUp(t, () => owner.release());
  await owner.serving(['127.0.0.1:1']);
  const before = readFileSync(holderPath(dir), 'utf8');
  assert.deepEqual(await owner.restoreFiles(), []);
  rmSync(holderPath(dir));
  rmSync(join(dir, 'gateway.control.sock'));
  assert.deepEqual(await owner.restoreFiles(), ['gateway.holder.json', 'gateway.control.sock']);
  assert.equal(readFileSync(holderPath(dir), 'utf8'), before);
  rmSync(holderPath(dir));
  mkdirSync(holderPath(dir));
  assert.deepEqual(await owner.restoreFiles(), ['gateway.holder.json']);
  assert.equal(readFileSync(holderPath(dir), 'utf8'), before);
  let wasAskedToStop = false;
  owner.attach({
    suspend: async () => {},
    resume: async () => [],
    end: () => {
      wasAskedToStop = true;
    },
    fail: (why) => assert.fail(String(why)),
  });
  const peer = await connectToOwner(dir);
  assert.ok(peer !== undefined);
  peer.send({ op: 'stop', drainMs: 1000 });
  assert.equal((await peer.next())?.event, 'draining');
  assert.equal(wasAskedToStop, true);
  peer.close();
  renameSync(dir, `${dir}.was`);
  mkdirSync(dir);
  assert.deepEqual(await owner.restoreFiles(), []);
  rmSync(dir, { recursive: true });
  renameSync(`${dir}.was`, dir);
});

test('a start says in one line how the last owner ended, and keeps a record it cannot read', async (t) => {
  const dir = temporaryDirectory(t);
  const port = await freePort();
  const first = startProgram(t, gateway, gatewayArgs(dir, port));
  await first.until('serving');
  first.child.kill('SIGKILL');
  await first.exited;
  const second = startProgram(t, gateway, gatewayArgs(dir, port));
  await second.until('serving');
  assert.match(
    String(second.events[0]?.line),
    new RegExp(`^the last owner \\(pid ${first.pid}, started by .+\\) ended without a goodbye while serving`),
  );
  second.child.kill('SIGTERM');
  await second.exited;
  mkdirSync(holderPath(dir));
  const third = startProgram(t, gateway, gatewayArgs(dir, port));
  await third.until('serving');
  assert.match(String(third.events[0]?.line), /kept as .*gateway\.holder\.json\.unreadable/);
  assert.equal(statSync(`${holderPath(dir)}.unreadable`).isDirectory(), true);
});

test('removing every file of a living owner does not give its service away, and it notices a moved directory', async (t) => {
  const parent = temporaryDirectory(t);
  const dir = join(parent, 'state');
  const first = await acquireLock({ stateDir: dir });
  assert.ok(first.kind === 'acquired');
  writeFileSync(holderPath(dir), '{}');
  for (const name of ['gateway.holder.json']) rmSync(join(dir, name));
  assert.equal((await acquireLock({ stateDir: dir })).kind, 'held');
  assert.equal(first.lock.stillAtPath(), true);
  renameSync(dir, join(parent, 'moved'));
  mkdirSync(dir);
  assert.equal(first.lock.stillAtPath(), false);
  first.lock.release();
});

test('children of the owner do not inherit the lock', async (t) => {
  const dir = temporaryDirectory(t);
  const first = await acquireLock({ stateDir: dir });
  assert.ok(first.kind === 'acquired');
  const open = execFileSync('/bin/sh', ['-c', 'ls -l /proc/self/fd'], { encoding: 'utf8' });
  assert.equal(open.includes(dir), false);
  first.lock.release();
});

test('cancelling a wait leaves no helper and no lock behind', async (t) => {
  const dir = temporaryDirectory(t);
  const owner = await acquireLock({ stateDir: dir });
  assert.ok(owner.kind === 'acquired');
  const cancel = new AbortController();
  const waiting = waitForLock({ stateDir: dir, signal: cancel.signal });
  setTimeout(() => cancel.abort(), 50);
  assert.equal(await waiting, undefined);
  owner.lock.release();
  const next = await acquireLock({ stateDir: dir });
  assert.equal(next.kind, 'acquired');
  if (next.kind === 'acquired') next.lock.release();
});

test('a foreign listener is named and not called a gateway, and the lock is not kept', async (t) => {
  const dir = temporaryDirectory(t);
  const port = await freePort();
  const foreign = startProgram(t, 'foreign-listener.ts', [String(port)]);
  await foreign.until('listening');
  const start = startProgram(t, gateway, gatewayArgs(dir, port, 'standby'));
  const refused = await start.until('refused');
  assert.equal((await start.exited).code, 78);
  assert.match(String(refused.text), /in use by another program/);
  assert.match(String(refused.text), new RegExp(`foreign: pid ${foreign.pid} `));
  const next = await acquireLock({ stateDir: dir });
  assert.equal(next.kind, 'acquired');
  if (next.kind === 'acquired') next.lock.release();
});

test('a foreign listener on an address that can be done without is not in the way', async (t) => {
  const port = await freePort();
  await startProgram(t, 'foreign-listener.ts', [String(port), '::1']).until('listening');
  const options = gatewayArgs(temporaryDirectory(t), port);
  const refused = startProgram(t, gateway, [...gatewayArgs(temporaryDirectory(t), port), '--needed', '::1']);
  assert.match(String((await refused.until('refused')).text), /\[::1\]:\d+ foreign: pid /);
  await startProgram(t, gateway, [...options, '--optional', '::1']).until('serving');
});

test('a gateway of another state directory on the port is a sibling', async (t) => {
  const port = await freePort();
  await startProgram(t, gateway, gatewayArgs(temporaryDirectory(t), port)).until('serving');
  const start = startProgram(t, gateway, gatewayArgs(temporaryDirectory(t), port));
  const refused = await start.until('refused');
  assert.match(String(refused.text), /in use by a gateway of another state directory/);
  assert.equal((await start.exited).code, 78);
});

test('a stopped owner is not replaced behind its back: a second start is still refused', async (t) => {
  const dir = temporaryDirectory(t);
  const port = await freePort();
  const owner = startProgram(t, gateway, gatewayArgs(dir, port));
  await owner.until('serving');
  owner.child.kill('SIGSTOP');
  const third = startProgram(t, gateway, gatewayArgs(dir, port));
  const refused = await third.until('refused');
  assert.match(String(refused.text), /ours: pid \d+ uid \d+ node/);
  assert.match(String(refused.text), /stopped by a signal \(state T\)/);
  assert.deepEqual(refused.remedies, [
    { kind: 'run', command: ['clawdbot', 'gateway', 'status'] },
    { kind: 'run', command: ['kill', '-CONT', String(owner.pid)] },
    { kind: 'run', command: ['clawdbot', 'gateway', 'stop'] },
  ]);
  assert.equal((await third.exited).code, 78);
});
