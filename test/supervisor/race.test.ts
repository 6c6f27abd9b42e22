import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { acquireLock, inspectListeners } from '../../src/supervisor/index.ts';
import { startChild } from '../interop/lib/child.ts';
import { commandOf, environmentOf } from '../interop/lib/software.ts';
import { missingPeers } from '../interop/peer-versions.ts';
import { bundleTinyGateway } from './bundle-tiny-gateway.ts';
import { eventually, freePort, startProgram, temporaryDirectory } from './program.ts';

const rounds = Number(process.env.RACE_ROUNDS ?? 20);
/** Each start of the published gateway costs seconds. */
const realRounds = Number(process.env.RACE_REAL_ROUNDS ?? 1);

// The published gateway looks at the lock file, finds its owner dead, removes the file and makes its own. Two that look
// at the same moment both find it dead, and the slower one removes the lock the faster one has just made.
test(`two gateways that start at once over the record of a dead one: exactly one serves, ${rounds} times`, async (t) => {
  const dir = temporaryDirectory(t);
  const port = await freePort();
  const program = join(temporaryDirectory(t), 'tiny-gateway.mjs');
  await bundleTinyGateway(program);
  const args = ['--dir', dir, '--port', String(port), '--on-conflict', 'fail'];
  const first = startProgram(t, program, args);
  await first.until('serving');
  first.child.kill('SIGKILL');
  await first.exited;
  for (let round = 0; round < rounds; round += 1) {
    const both = [startProgram(t, program, args), startProgram(t, program, args)];
    const verdicts = await Promise.all(
      both.map((one) => one.until(({ event }) => event === 'serving' || event === 'refused')),
    );
    const events = verdicts.map(({ event }) => event).sort();
    assert.deepEqual(events, ['refused', 'serving'], `round ${round}`);
    const [winner] = both.filter((one) => one.events.some(({ event }) => event === 'serving'));
    const refusal = String(verdicts.find(({ event }) => event === 'refused')?.text);
    assert.match(refusal, new RegExp(`pid ${winner?.pid}\\b`), `round ${round} names somebody else`);
    const holders = inspectListeners({ port }).flatMap((listener) => listener.holders.map(({ pid }) => pid));
    assert.deepEqual(holders, [winner?.pid], `round ${round}`);
    // Dies without a word, so that the next two find its record again.
    winner?.child.kill('SIGKILL');
    await Promise.all(both.map(({ exited }) => exited));
  }
});

test(`of eight attempts at the same lock in the same moment one succeeds, ${rounds} times`, async (t) => {
  const stateDir = temporaryDirectory(t);
  for (let round = 0; round < rounds; round += 1) {
    const attempts = await Promise.all(Array.from({ length: 8 }, () => acquireLock({ stateDir })));
    const locks = attempts.flatMap((attempt) => (attempt.kind === 'acquired' ? [attempt.lock] : []));
    assert.equal(locks.length, 1, `round ${round}`);
    locks[0]?.release();
  }
});

test(`the published gateway in the same race, ${realRounds} times (informs, judges nothing)`, {
  skip: missingPeers('node', 'clawdbot'),
}, async (t) => {
  await using stack = new AsyncDisposableStack();
  const home = temporaryDirectory(t);
  const port = await freePort();
  const gateway = {
    mode: 'local',
    port,
    bind: 'loopback',
    auth: { mode: 'token', token: 'a-test-token-0123' },
  };
  mkdirSync(join(home, '.clawdbot'), { mode: 0o700 });
  writeFileSync(join(home, '.clawdbot', 'clawdbot.json'), JSON.stringify({ gateway }), { mode: 0o600 });
  const start = () => {
    const child = startChild({
      command: commandOf('real', ['gateway', '--port', String(port)]),
      env: environmentOf('real', home),
      cwd: home,
    });
    stack.defer(async () => void (await child.stop('SIGKILL', 0)));
    return child;
  };
  const served = () => eventually(() => (inspectListeners({ port }).length > 0 ? true : undefined), 90_000);
  const first = start();
  await served();
  await first.stop('SIGKILL', 0);
  for (let round = 0; round < realRounds; round += 1) {
    const both = [start(), start()];
    await served();
    const loser = await Promise.race([
      ...both.map((one) => one.ended.then(() => one.output().trim().split('\n').slice(0, 2).join(' | '))),
      new Promise<string>((resolve) =>
        setTimeout(resolve, 20_000, 'both are still alive after 20 s').unref(),
      ),
    ]);
    t.diagnostic(`round ${round}: ${loser}`);
    await Promise.all(both.map((one) => one.stop('SIGKILL', 0)));
  }
});
