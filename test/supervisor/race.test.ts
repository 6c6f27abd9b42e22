import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { acquireLock, inspectListeners } from '../../src/supervisor/index.ts';
import { freePort } from '../free-port.ts';
import { bundleTinyGateway } from './bundle-tiny-gateway.ts';
import { startProgram, temporaryDirectory } from './program.ts';

const rounds = Number(process.env.RACE_ROUNDS ?? 20);

// The published gateway has lost this race; test/interop/real-race.test.ts shows how.
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
