import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CollectedFacts } from '../engine/collect-facts.ts';
import type { Facts } from './facts.ts';
import { comparable } from './moment.ts';

test('what hung, was late or was not asked for is not asked again', () => {
  // Only how gathering them went is looked at.
  const found = {
    owner: { kind: 'known', durationMs: 5 },
    units: { kind: 'known', durationMs: 1_500 },
    listeners: { kind: 'late', durationMs: 3_000, why: '' },
  } as CollectedFacts<Facts>;
  assert.deepEqual(comparable(found), ['owner']);
  assert.deepEqual(comparable({}), []);
});
