import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { inspectListeners, isStopped } from '../../src/supervisor/index.ts';
import { cleanUp } from '../clean-up.ts';
import { freePort } from '../free-port.ts';
import { eventually, gatewayArgs, startProgram, temporaryDirectory } from './program.ts';

/** Where an heir comes to a halt. With the lock it owns the service; before, its owner is still draining. */
const MOMENTS = {
  'before-sockets': 'before it has the sockets',
  'with-sockets': 'when it has the sockets',
  'with-lock': 'when it has the lock',
};
type Moment = keyof typeof MOMENTS;
type Halt = 'SIGSTOP' | 'SIGKILL';

const gateway = 'tiny-gateway.ts';

// The keys of the table above.
for (const [moment, when] of Object.entries(MOMENTS) as [Moment, string][]) {
  test(`an heir that is stopped ${when} is woken, hangs nobody for ever, and keeps no copy of them`, async (t) => {
    const { old, heir, visitor, port } = await haltHeir(t, moment, 'SIGSTOP');
    // With the lock it is woken and serves; without, the old owner serves again and it gives up.
    const [owner, other] = moment === 'with-lock' ? [heir, old] : [old, heir];
    await owner.until(moment === 'with-lock' ? 'serving' : 'resumed');
    t.diagnostic(`${moment}: a connection of the time between waited ${await visitor} ms`);
    await other.exited;
    await until(holdersAre(port, [owner.pid]));
    if (moment === 'with-lock') return;
    assert.match(String(heir.events.at(-1)?.text), /gateway already running \(pid \d+\); .+ took it back/);
    assert.equal(owner.events.at(-1)?.inherited, 1);
  });

  test(`an heir that is killed ${when} leaves the port to the old owner, and to a start after it`, async (t) => {
    const { dir, old, port } = await haltHeir(t, moment, 'SIGKILL');
    await old.until('resumed');
    assert.equal((await fetch(`http://127.0.0.1:${port}/healthz`)).status, 200);
    old.child.kill('SIGTERM');
    await old.exited;
    // It looks at the port for 100 ms: nobody may have a copy of the socket any more.
    const next = startProgram(t, gateway, gatewayArgs(dir, port));
    const outcome = await next.until(({ event }) => event === 'serving' || event === 'refused');
    assert.equal(outcome.event, 'serving', String(outcome.text));
  });
}

/** A take-over whose heir halts; the old owner stops draining only then. */
async function haltHeir(t: TestContext, moment: Moment, halt: Halt) {
  const dir = temporaryDirectory(t);
  const port = await freePort();
  const drained = join(dir, 'drained');
  const old = startProgram(t, gateway, [...gatewayArgs(dir, port), '--drains-until', drained]);
  await old.until('serving');
  const isLocked = moment === 'with-lock';
  if (isLocked) writeFileSync(drained, '');
  const option = halt === 'SIGSTOP' ? '--stop-after-claim' : '--die-after-claim';
  const args = gatewayArgs(dir, port, 'takeover');
  const heir = startProgram(t, gateway, isLocked ? [...args, option] : args, {
    execArgv: ['--import', join(import.meta.dirname, 'fixtures/halt-at.ts')],
    env: { HALT_AT: moment, HALT_WITH: halt },
  });
  await until(() => (halt === 'SIGSTOP' ? isStopped(heir.pid) : heir.child.signalCode === 'SIGKILL'));
  writeFileSync(drained, '');
  await old.until('drained');
  const visitor = halt === 'SIGSTOP' ? waitMs(t, port) : undefined;
  return { dir, port, old, heir, visitor };
}

/** How long a client waits for its answer. */
async function waitMs(t: TestContext, port: number): Promise<number> {
  const startedAt = performance.now();
  const client = connect(port, '127.0.0.1');
  cleanUp(t, () => client.destroy());
  client.write('GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n');
  const [head] = await client.take(1).toArray();
  assert.match(String(head), /^HTTP\/1\.1 200 /);
  return Math.round(performance.now() - startedAt);
}

function holdersAre(port: number, pids: readonly number[]): () => boolean {
  return () => {
    const holders = inspectListeners({ port }).flatMap((listener) => listener.holders.map(({ pid }) => pid));
    return holders.join() === pids.join();
  };
}

function until(condition: () => boolean): Promise<unknown> {
  return eventually(() => condition() || undefined);
}
