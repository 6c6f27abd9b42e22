import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fuzzShell } from './approvals-shell.ts';

const sandbox = spawnSync('unshare', ['--net', '--pid', '--fork', '--mount', 'true']).status === 0;
const skip = sandbox ? false : 'a sandbox of its own needs root and unshare(1)';

// More: `node test/fuzz/approvals-shell.ts --count 1000000 --seed 1`.
test('no marker runs in dash or bash that the decision has not seen', { skip }, (t) => {
  const report = fuzzShell({ count: 4_000, seed: 20260124 });
  t.diagnostic(`${report.generated} texts, ${report.accepted} accepted, ${report.markersRun} markers run`);
  assert.ok(report.accepted > 200, 'the generator has to make texts that are understood');
  assert.deepEqual({ unseen: report.unseen, different: report.different }, { unseen: [], different: [] });
});
