import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { connectToOwner } from '../../src/supervisor/control-channel.ts';
import {
  claimService,
  handOverTo,
  holderPath,
  isStopped,
  listStandbys,
  type OwnedProgram,
  readHolder,
  selfIdentity,
} from '../../src/supervisor/index.ts';
import { cleanUp } from '../clean-up.ts';
import { freePort } from '../free-port.ts';
import { childrenOf } from './chaos/world.ts';
import { eventually, gatewayArgs, type Program, startProgram, temporaryDirectory } from './program.ts';

const gateway = 'tiny-gateway.ts';

test('a standby serves soon after the owner was killed, and each of several standbys gets its turn', async (t) => {
  const dir = temporaryDirectory(t);
  const port = await freePort();
  const all = [startProgram(t, gateway, gatewayArgs(dir, port))];
  await all[0]?.until('serving');
  for (let i = 0; i < 3; i += 1) {
    const standby = startProgram(t, gateway, gatewayArgs(dir, port, 'standby'));
    all.push(standby);
    assert.match(
      String((await standby.until('status')).line),
      /^standby: pid \d+ \(started by .+\) is serving$/,
    );
  }
  let owner = all[0];
  for (let turn = 0; turn < 3; turn += 1) {
    owner?.child.kill('SIGKILL');
    await owner?.exited;
    const rest = all.filter(
      (program) => program.child.exitCode === null && program.child.signalCode === null,
    );
    owner = await Promise.race(rest.map((program) => program.until('serving').then(() => program)));
  }
});

test('a take-over hands the service over, and the old owner ends', async (t) => {
  const dir = temporaryDirectory(t);
  const port = await freePort();
  const old = startProgram(t, gateway, gatewayArgs(dir, port));
  await old.until('serving');
  const next = startProgram(t, gateway, gatewayArgs(dir, port, 'takeover'));
  await next.until('serving');
  assert.equal((await old.until('ended')).reason, 'handed-over');
  assert.equal((await old.exited).code, 0);
});

test('a take-over that dies half-way leaves the old owner serving', async (t) => {
  const dir = temporaryDirectory(t);
  const port = await freePort();
  const old = startProgram(t, gateway, gatewayArgs(dir, port));
  await old.until('serving');
  const next = startProgram(t, gateway, [...gatewayArgs(dir, port, 'takeover'), '--die-after-claim']);
  await next.exited;
  await old.until('resumed');
  assert.equal((await fetch(`http://127.0.0.1:${port}/healthz`)).status, 200);
});

test('a standby that is stopped when its turn comes lets the next one pass, and queues again when it goes on', async (t) => {
  const dir = temporaryDirectory(t);
  const port = await freePort();
  const owner = startProgram(t, gateway, gatewayArgs(dir, port));
  await owner.until('serving');
  const stopped = startProgram(t, gateway, gatewayArgs(dir, port, 'standby'));
  await stopped.until('status');
  const next = startProgram(t, gateway, gatewayArgs(dir, port, 'standby'));
  await next.until('status');
  await placeTaken(stopped.pid);
  await stop(stopped);
  owner.child.kill('SIGKILL');
  await next.until('serving');
  stopped.child.kill('SIGCONT');
  next.child.kill('SIGKILL');
  await stopped.until('serving');
});

test('an owner that hands over to a stopped process serves again, with the same socket', async (t) => {
  const dir = temporaryDirectory(t);
  const port = await freePort();
  const owner = startProgram(t, gateway, gatewayArgs(dir, port));
  await owner.until('serving');
  const standby = startProgram(t, gateway, gatewayArgs(dir, port, 'standby'));
  await standby.until('status');
  await placeTaken(standby.pid);
  const [to] = await eventually(() => (listStandbys(dir).length > 0 ? listStandbys(dir) : undefined));
  const reading = await readHolder(dir);
  assert.ok(to !== undefined && reading.kind === 'present');
  await stop(standby);
  const refused = await handOverTo({ stateDir: dir, from: reading.record, to, drainMs: 5000 });
  assert.deepEqual(refused, { kind: 'not-as-expected', reason: `pid ${standby.pid} is stopped` });
  // Stopped after the look.
  const visitor = await connectToOwner(dir);
  visitor?.send({ op: 'hand-over', to, drainMs: 5000, inherits: true });
  const resumed = await owner.until('resumed');
  assert.equal(resumed.inherited, 1);
  assert.equal((await fetch(`http://127.0.0.1:${port}/healthz`)).status, 200);
});

test('what waits for a standby is one short line in a list of processes', async (t) => {
  const dir = temporaryDirectory(t);
  const port = await freePort();
  await startProgram(t, gateway, gatewayArgs(dir, port)).until('serving');
  const standby = startProgram(t, gateway, gatewayArgs(dir, port, 'standby'));
  await standby.until('status');
  await placeTaken(standby.pid);
  for (const helper of childrenOf(standby.pid)) {
    const line = readFileSync(`/proc/${helper}/cmdline`, 'latin1').replaceAll('\0', ' ');
    assert.match(line, /^\S+ -c eval "\$\w+" clawdbot-waits \S+ 2 [^\n]{0,60}$/);
  }
});

/** The signal is only on its way when kill(2) returns. */
async function stop(program: Program): Promise<void> {
  program.child.kill('SIGSTOP');
  await eventually(() => isStopped(program.pid) || undefined);
}

/** Waits until the helper of a standby waits for the owner's lock: it is the one that has the place. */
async function placeTaken(pid: number): Promise<void> {
  await eventually(() => {
    const words = (line: number) => readFileSync(`/proc/${line}/cmdline`, 'latin1').split('\0');
    const helpers = childrenOf(pid).flatMap((helper) => childrenOf(helper));
    return helpers.some((helper) => words(helper).includes('3')) || undefined;
  });
}

test('a promised hand-over is not stolen by a standby that was there first', async (t) => {
  const dir = temporaryDirectory(t);
  const port = await freePort();
  await startProgram(t, gateway, gatewayArgs(dir, port)).until('serving');
  const standby = startProgram(t, gateway, gatewayArgs(dir, port, 'standby'));
  await standby.until('status');
  await startProgram(t, gateway, gatewayArgs(dir, port, 'takeover')).until('serving');
  assert.deepEqual(
    standby.events.map(({ event }) => event),
    ['status'],
  );
});

test('of several that ask at once one is handed the service, and the service stays up', async (t) => {
  const dir = temporaryDirectory(t);
  const port = await freePort();
  await startProgram(t, gateway, gatewayArgs(dir, port)).until('serving');
  const askers = [1, 2, 3].map(() => startProgram(t, gateway, gatewayArgs(dir, port, 'takeover')));
  const outcomes = await Promise.all(
    askers.map((asker) => asker.until(({ event }) => event === 'serving' || event === 'refused')),
  );
  assert.ok(outcomes.some(({ event }) => event === 'serving'));
  assert.equal((await fetch(`http://127.0.0.1:${port}/healthz`)).status, 200);
});

test('a hand-over that cannot even begin leaves the owner as it was, ready for the next', async (t) => {
  const dir = temporaryDirectory(t);
  await ownHere(t, dir, {});
  rmSync(holderPath(dir));
  mkdirSync(holderPath(dir)); // no record can be renamed to there
  assert.match(String(await firstAnswer(dir)), /^refused .*cannot write/);
  rmdirSync(holderPath(dir));
  assert.equal(await firstAnswer(dir), 'draining');
});

test('an owner that ends while it drains for a hand-over does not come back', async (t) => {
  const dir = temporaryDirectory(t);
  const drained = Promise.withResolvers<void>();
  const owner = await ownHere(t, dir, { suspend: () => drained.promise });
  const heir = await connectToOwner(dir);
  heir?.send({ op: 'hand-over', to: selfIdentity(), drainMs: 10_000 });
  assert.equal((await heir?.next())?.event, 'draining');
  await owner.release();
  drained.resolve();
  assert.equal(await heir?.next(), undefined);
});

/** This very process owns a service that has no program. */
async function ownHere(t: TestContext, dir: string, program: Partial<OwnedProgram>) {
  const owner = await claimService({
    ...{ stateDir: dir, service: 'clawdbot-gateway', version: '0.0.0', cli: ['clawdbot'], addresses: [] },
    port: await freePort(),
    signal: AbortSignal.timeout(60_000),
  });
  assert.ok(owner !== undefined);
  cleanUp(t, () => owner.release());
  await owner.serving([]);
  const nothing = async () => {};
  owner.attach({ suspend: nothing, resume: async () => [], end: nothing, fail: nothing, ...program });
  return owner;
}

async function firstAnswer(dir: string): Promise<string | undefined> {
  const visitor = await connectToOwner(dir);
  visitor?.send({ op: 'hand-over', to: selfIdentity(), drainMs: 1000 });
  const answer = await visitor?.next();
  visitor?.close();
  return answer?.event === 'refused' ? `refused ${answer.reason}` : answer?.event;
}
