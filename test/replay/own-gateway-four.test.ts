/** Every recording of protocol 4, and of the two generations meeting, against our gateway: a process of its own for each. */
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { startGateway } from '../interop/lib/gateway.ts';
import { FOUR_DIFFERENCES, unexplainedFour } from './four-differences.ts';
import { playFour } from './play-four.ts';
import { listTranscripts } from './transcript.ts';

const used = new Set<(typeof FOUR_DIFFERENCES)[number]>();
let played = 0;

describe('our gateway answers recorded clients of protocol 4', { concurrency: 4 }, () => {
  const names = listTranscripts('v4');
  for (const name of names)
    test(name, async () => {
      await using stack = new AsyncDisposableStack();
      const gateway = await startGateway(stack, 'own');
      assert.deepEqual(unexplainedFour(name, await playFour(gateway, name), used), []);
      played += 1;
    });

  after(() => {
    if (played < names.length) return; // a selection was run, or something failed
    const idle = FOUR_DIFFERENCES.filter((difference) => !used.has(difference));
    assert.deepEqual(
      idle.map(({ path, why }) => `${path}: ${why}`),
      [],
    );
  });
});
