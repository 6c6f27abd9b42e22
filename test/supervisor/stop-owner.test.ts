import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import {
  acquireLock,
  describeSelf,
  findStarter,
  type HolderState,
  identityHash,
  lookUpProcess,
  monotonicMs,
  stopOwner,
  writeHolder,
} from '../../src/supervisor/index.ts';
import { cleanUp } from '../clean-up.ts';
import { freePort } from '../free-port.ts';
import { startProgram, temporaryDirectory } from './program.ts';

type Where = {
  stateDir: string;
  addresses: readonly string[];
  port: number;
  drainMs: number;
  force: 'never' | 'term' | 'kill';
};

async function where(t: TestContext, more: Partial<Where> = {}): Promise<Where> {
  const port = await freePort();
  return {
    stateDir: temporaryDirectory(t),
    addresses: ['127.0.0.1'],
    port,
    drainMs: 60_000,
    force: 'never',
    ...more,
  };
}

const gateway = (t: TestContext, { stateDir, port }: Where, onConflict = 'fail') =>
  startProgram(t, 'tiny-gateway.ts', [
    '--dir',
    stateDir,
    '--port',
    String(port),
    '--on-conflict',
    onConflict,
  ]);

/** Takes the lock and publishes a program that knows nothing of it as the owner. */
async function ownFor(
  child: ChildProcess,
  { stateDir }: Where,
  state: HolderState,
): Promise<{ release: () => void }> {
  const attempt = await acquireLock({ stateDir });
  assert.ok(attempt.kind === 'acquired');
  const found = lookUpProcess(child.pid ?? 0);
  assert.ok(found.kind === 'alive');
  const { pid, startTicks } = found.facts;
  writeHolder(stateDir, { ...describeAs(stateDir), pid, startTicks, addresses: [], state });
  return attempt.lock;
}

function describeAs(stateDir: string): ReturnType<typeof describeSelf> {
  const starter = findStarter(process.pid);
  return describeSelf({ service: 'x', version: '0', stateDirHash: identityHash(stateDir), starter });
}

test('an owner that is asked drains and ends, and success means that the port is silent', async (t) => {
  const options = await where(t);
  const owner = gateway(t, options);
  await owner.until('serving');
  assert.deepEqual(await stopOwner(options), { kind: 'stopped', pid: owner.pid, by: 'asked' });
  assert.deepEqual(await stopOwner(options), { kind: 'absent' });
});

test('stopping an owner with a standby is not called a success: the port still answers', async (t) => {
  const options = await where(t);
  await gateway(t, options).until('serving');
  const standby = gateway(t, options, 'standby');
  await standby.until('status');
  const outcome = await stopOwner(options);
  // The standby may need a moment to listen; either way the outcome is never about the wrong process.
  if (outcome.kind === 'still-there') assert.match(outcome.reason, new RegExp(`pid ${standby.pid}`));
  else assert.equal(outcome.kind, 'stopped');
  await standby.until('serving');
});

test('an owner that is stopped (SIGSTOP) is left alone without force, and ended with it', async (t) => {
  const options = await where(t, { drainMs: 300 });
  const owner = gateway(t, options);
  await owner.until('serving');
  owner.child.kill('SIGSTOP');
  assert.equal((await stopOwner(options)).kind, 'refused');
  const outcome = await stopOwner({ ...options, drainMs: 60_000, force: 'term' });
  assert.deepEqual(outcome, { kind: 'stopped', pid: owner.pid, by: 'SIGTERM' });
});

test('an owner that ignores SIGTERM is killed only where that was asked for', async (t) => {
  const options = await where(t, { drainMs: 300 });
  const deaf = spawn('sh', ['-c', 'trap "" TERM; echo deaf; while :; do sleep 1; done'], { stdio: 'pipe' });
  cleanUp(t, () => deaf.kill('SIGKILL'));
  await once(deaf.stdout, 'data');
  const lock = await ownFor(deaf, options, { name: 'serving' });
  assert.equal((await stopOwner({ ...options, force: 'term' })).kind, 'refused');
  const outcome = await stopOwner({ ...options, force: 'kill' });
  assert.deepEqual(outcome, { kind: 'stopped', pid: deaf.pid, by: 'SIGKILL' });
  lock.release();
});

test('an owner that is starting is not touched, with whatever force', async (t) => {
  const options = await where(t, { force: 'kill' });
  const sleeper = spawn('sleep', ['60']);
  cleanUp(t, () => sleeper.kill('SIGKILL'));
  const lock = await ownFor(sleeper, options, {
    name: 'starting',
    deadlineMonotonicMs: monotonicMs() + 60_000,
  });
  const outcome = await stopOwner(options);
  assert.ok(outcome.kind === 'refused');
  assert.match(outcome.reason, /is starting; it has \d+ s left/);
  lock.release();
});

test('a record that names this process, an ancestor, or a reused pid leads to no signal', async (t) => {
  const options = await where(t, { force: 'kill' });
  const lock = await acquireLock(options);
  assert.ok(lock.kind === 'acquired');
  const self = describeAs(options.stateDir);
  const parent = lookUpProcess(process.ppid);
  assert.ok(parent.kind === 'alive');
  const claims: readonly [{ pid: number; startTicks: number }, RegExp][] = [
    [{ pid: process.pid, startTicks: self.startTicks }, /this process is the owner/],
    [{ pid: process.ppid, startTicks: parent.facts.startTicks }, /is an ancestor of this process/],
    [{ pid: process.ppid, startTicks: parent.facts.startTicks + 1 }, /no readable record to name/],
  ];
  for (const [identity, reason] of claims) {
    writeHolder(options.stateDir, { ...self, ...identity, addresses: [], state: { name: 'serving' } });
    const outcome = await stopOwner(options);
    assert.ok(outcome.kind === 'refused');
    assert.match(outcome.reason, reason);
  }
  lock.lock.release();
});
