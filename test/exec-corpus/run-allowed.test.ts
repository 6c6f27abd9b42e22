import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { startPlan } from '../../src/approvals/start-plan.ts';
import { type CorpusCase, type PreparedCase, prepareCase, readCorpus } from './corpus-case.ts';

test('what is allowed really runs, does what the plain command does, and starts nothing hidden', async (t) => {
  let ran = 0;
  for (const given of readCorpus()) {
    if (given.expect !== 'allow' || given.platform === 'win32') continue;
    if ((given.needs ?? []).some((path) => !fs.existsSync(path))) {
      t.diagnostic(`${given.id} skipped: ${given.needs?.join(', ')} is not installed`);
      continue;
    }
    const prepared = prepareCase(given);
    try {
      await runPlan(given, prepared);
    } finally {
      prepared.remove();
    }
    ran += 1;
  }
  assert.ok(ran > 70, `only ${ran} cases ran`);
  t.diagnostic(`${ran} allowed cases were started`);
});

async function runPlan(given: CorpusCase, { decide, directory, request }: PreparedCase): Promise<void> {
  const { decision, plan } = decide();
  assert.equal(decision, 'allow', given.id);
  assert.ok(plan, given.id);
  const [name = '', ...args] = request.command ?? ['/bin/sh', '-c', request.rawCommand ?? ''];
  const env = { ...plan.environment, ...request.env };
  const plain = spawnSync(name, args, { cwd: request.cwd ?? directory, env, encoding: 'utf8' });
  const outcome = startPlan(plan);
  assert.ok(outcome.kind === 'started', `${given.id}: ${JSON.stringify(outcome)}`);
  const { child } = outcome;
  assert.ok(child.stdout !== null && child.stderr !== null);
  const [output, errors, [status]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  assert.deepEqual(
    { id: given.id, status, output, errors: errors !== '' },
    { id: given.id, status: plain.status, output: plain.stdout, errors: plain.stderr !== '' },
  );
  assert.ok(!fs.existsSync(join(directory, 'PWNED-marker')), given.id);
}
