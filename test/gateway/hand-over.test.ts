import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { StatePaths } from '../../src/state/index.ts';
import { askForHandOver } from '../../src/supervisor/ask-for-hand-over.ts';
import { handOverTo, listStandbys, readHolder, type Standby } from '../../src/supervisor/index.ts';
import { cleanUp } from '../clean-up.ts';
import { freePort } from '../free-port.ts';
import { type Count, underLoad } from '../systemd/under-load.ts';
import { type GatewayProcess, startProcess } from './support/child.ts';
import { makeState } from './support/gateway.ts';

const CLIENTS = join(import.meta.dirname, '../systemd/fixtures/connect-often.ts');

/** What eight clients see that connect again and again, every 5 ms, while something happens. */
async function underEight(t: TestContext, port: number, what: () => Promise<unknown>): Promise<Count> {
  const clients = spawn(process.execPath, [CLIENTS, String(port), '8'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  cleanUp(t, () => clients.kill('SIGKILL'));
  return (await underLoad(clients, what)).count;
}

async function ownerOf(paths: StatePaths) {
  const reading = await readHolder(paths.stateDir);
  assert.ok(reading.kind === 'present');
  return reading.record;
}

async function standbyOf({ stateDir }: StatePaths): Promise<Standby> {
  for (;;) {
    const [standby] = listStandbys(stateDir);
    if (standby !== undefined) return standby;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** A standby appears, and the owner hands over to it as the doctor does that. */
async function handOverToStandby(
  t: TestContext,
  paths: StatePaths,
  port: number,
  change: () => void = () => {},
): Promise<{ next: GatewayProcess; count: Count }> {
  const starting = startProcess(t, paths, port, 'standby');
  const to = await standbyOf(paths);
  change();
  const from = await ownerOf(paths);
  const { stateDir } = paths;
  const count = await underEight(t, port, async () => {
    const result = await handOverTo({ stateDir, from, to, drainMs: 60_000 });
    assert.equal(result.kind, 'handed-over', JSON.stringify(result));
  });
  return { next: await starting, count };
}

/** As a gateway from before there was such a thing announces itself. */
function forgetInheritance({ stateDir }: StatePaths): void {
  for (const path of globSync(join(stateDir, 'standby', '*.json'))) {
    const { inherits: _, ...rest } = JSON.parse(readFileSync(path, 'utf8'));
    writeFileSync(path, JSON.stringify(rest));
  }
}

test('no connection is refused or cut by a take-over, by a hand-over to a standby, or by one that fails', async (t) => {
  const paths = makeState(t);
  const port = await freePort();
  const first = await startProcess(t, paths, port);
  const table: [string, Count][] = [];

  let second: GatewayProcess | undefined;
  const takeOver = await underEight(t, port, async () => {
    second = await startProcess(t, paths, port, 'takeover');
  });
  table.push(['take-over', takeOver]);
  assert.equal((await ownerOf(paths)).pid, second?.child.pid);
  assert.equal(first.child.exitCode ?? (await new Promise((done) => first.child.once('exit', done))), 0);

  const { count } = await handOverToStandby(t, paths, port);
  table.push(['to a standby', count]);

  const givenUp = await underEight(t, port, async () => {
    const owner = await ownerOf(paths);
    const { stateDir } = paths;
    const { signal } = new AbortController();
    const outcome = await askForHandOver({ stateDir, wanted: owner.addresses, drainMs: 60_000, signal });
    assert.ok(outcome.kind === 'agreed');
    assert.deepEqual(
      outcome.inherited.map(({ address }) => address),
      owner.addresses,
    );
    for (const listener of outcome.inherited) listener.close();
    outcome.lock.release();
    outcome.handOver.abandon();
    while ((await ownerOf(paths)).state.name !== 'serving') await new Promise((done) => setTimeout(done, 20));
    assert.equal((await ownerOf(paths)).pid, owner.pid);
  });
  table.push(['taken over by one that gives up', givenUp]);

  // A gap of milliseconds may come while a busy machine runs none of the clients.
  for (let tries = 0; tries < 10 && !table.some(([, { refused }]) => refused > 0); tries += 1) {
    const without = await handOverToStandby(t, paths, port, () => forgetInheritance(paths));
    table.push(['the same, sockets not passed on', without.count]);
  }

  assert.ok((table.at(-1)?.[1].refused ?? 0) > 0, 'the clients notice a gap');
  for (const [name, { answered, refused, cut, slow, longestMs }] of table) {
    t.diagnostic(
      `${name}: ${refused} refused, ${cut} cut, ${answered} answered, longest wait ${longestMs} ms`,
    );
    if (name.endsWith('not passed on')) continue;
    assert.ok(answered > 20);
    assert.deepEqual({ refused, cut, slow }, { refused: 0, cut: 0, slow: 0 }, name);
  }
});

test('a gateway that cannot serve again after a hand-over that failed ends, and says why', async (t) => {
  const paths = makeState(t);
  const port = await freePort();
  const { child, output } = await startProcess(t, paths, port);
  const { signal } = new AbortController();
  const { stateDir } = paths;
  const outcome = await askForHandOver({ stateDir, wanted: [], drainMs: 60_000, signal });
  assert.ok(outcome.kind === 'agreed');
  const stranger = createServer().listen(port, '127.0.0.1');
  cleanUp(t, () => stranger.close());
  await once(stranger, 'listening');
  const ended = once(child, 'close');
  outcome.lock.release();
  outcome.handOver.abandon();
  assert.deepEqual(await ended, [78, null]);
  assert.match(output(), /failed port\/in-use .*cannot listen on 127\.0\.0\.1 port \d+/);
});
