import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fuzzCarriers } from './approvals-carriers.ts';

// More: `node test/fuzz/approvals-carriers.ts --count 50000 --seed 1`.
test('wrappers start no marker that the decision does not name, and the plan runs the same ones', async (t) => {
  const report = await fuzzCarriers({ count: 600, seed: 20260124 });
  t.diagnostic(`${report.generated} lines, ${report.accepted} accepted`);
  assert.ok(report.accepted > 60);
  assert.deepEqual({ unseen: report.unseen, different: report.different }, { unseen: [], different: [] });
});
