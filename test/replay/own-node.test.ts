/** Recorded gateways ask our node host, started as a process, what they once asked the published one. */
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { examineOne, NODE_RECORDINGS } from '../interop/examine-node.ts';
import { type DeliberateDifference, idle, NODE_DIFFERENCES, unexplained } from './deliberate-differences.ts';

const used = new Set<DeliberateDifference>();
let examined = 0;

describe('our node host answers recorded gateways as the published one did', { concurrency: 4 }, () => {
  for (const name of NODE_RECORDINGS)
    test(name, async () => {
      const differences = await examineOne('own', name);
      assert.deepEqual(unexplained(NODE_DIFFERENCES, name, differences, used), []);
      examined += 1;
    });

  after(() => {
    if (examined < NODE_RECORDINGS.length) return; // a selection was run, or something failed
    assert.deepEqual(idle(NODE_DIFFERENCES, used), [], 'listed differences that no recording meets any more');
  });
});
