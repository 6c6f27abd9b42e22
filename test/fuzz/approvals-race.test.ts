import assert from 'node:assert/strict';
import { once } from 'node:events';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { decide } from '../../src/approvals/decide.ts';
import type { ExecDecision } from '../../src/approvals/decision.ts';
import { effectiveSettings } from '../../src/approvals/effective-settings.ts';
import { realFileFacts } from '../../src/approvals/file-facts.ts';
import { readHostFacts } from '../../src/approvals/host-facts.ts';
import { startPlan } from '../../src/approvals/start-plan.ts';
import { type Swap, startSwapping } from './approvals-race.ts';

const TRIES = Number(process.env.APPROVALS_RACE_TRIES ?? 300);
const GOOD = 'good\n';

/** One directory with a good and a bad tool; `tool` is what the entry names. */
function prepare(kind: 'script' | 'binary'): string {
  const directory = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), 'approvals-race-')));
  fs.chmodSync(directory, 0o755);
  for (const name of ['good', 'bad']) {
    const path = join(directory, name);
    if (kind === 'script') fs.writeFileSync(path, `#!/bin/sh\necho ${name}\n`);
    // Two real programs that answer differently: `echo ARG` prints it, `true` prints nothing.
    else fs.copyFileSync(name === 'good' ? '/usr/bin/echo' : '/usr/bin/true', path);
    fs.chmodSync(path, 0o755);
  }
  fs.copyFileSync(join(directory, 'good'), join(directory, 'tool'));
  fs.chmodSync(join(directory, 'tool'), 0o755);
  return directory;
}

function decideOn(directory: string, line: boolean): ExecDecision {
  const path = join(directory, 'tool');
  const command = line ? ['/bin/sh', '-c', `${path} good`] : [path, 'good'];
  const allowlist = [{ pattern: path }, { pattern: join(directory, 'good') }];
  return decide(
    { command, cwd: directory },
    effectiveSettings({ version: 1, agents: { main: { allowlist, ask: 'off' } } }),
    { files: realFileFacts, host: readHostFacts({ PATH: '/usr/bin:/bin', HOME: directory }) },
  );
}

for (const [kind, swap] of [
  ['script', 'rename'],
  ['script', 'link'],
  ['script', 'rewrite'],
  ['binary', 'rename'],
  ['binary', 'link'],
] as const satisfies readonly (readonly ['script' | 'binary', Swap])[]) {
  for (const line of [false, true]) {
    const where = line ? 'inside a shell line' : 'started directly';
    test(`a ${kind} ${where} that is swapped by ${swap} never runs in place of the one decided on`, async (t) => {
      const directory = prepare(kind);
      const good = decideOn(directory, line);
      assert.equal(good.decision, 'allow', good.reason);
      const swapping = startSwapping(directory, swap);
      const counts = { good: 0, refused: 0, won: 0 };
      try {
        for (let attempt = 0; attempt < TRIES; attempt += 1) {
          // Decide while the good one is there (its content is what an approval would have shown), start at any time.
          const decision = attempt % 2 === 0 ? good : decideOn(directory, line);
          if (decision.plan === undefined || !decidedOnGood(decision, good)) {
            counts.refused += 1;
            continue;
          }
          const outcome = startPlan(decision.plan);
          if (outcome.kind === 'changed' || outcome.child.stdout === null) {
            counts.refused += 1;
            continue;
          }
          const [output] = await Promise.all([text(outcome.child.stdout), once(outcome.child, 'close')]);
          // A start that fails (a script being rewritten has no first line for a moment) has run nothing.
          if (output === GOOD) counts.good += 1;
          else if (output === '' && kind === 'script') counts.refused += 1;
          else counts.won += 1;
        }
      } finally {
        await swapping.end();
        fs.rmSync(directory, { recursive: true, force: true });
      }
      t.diagnostic(`${TRIES} starts, ${swapping.swaps()} swaps: ${JSON.stringify(counts)}`);
      assert.equal(counts.won, 0);
    });
  }
}

/** Whether this decision looked at the good content: then nothing else may run. */
function decidedOnGood(decision: ExecDecision, good: ExecDecision): boolean {
  const digest = ({ plan }: ExecDecision) => plan?.files.find((file) => file.digest !== undefined)?.digest;
  return digest(decision) === digest(good);
}
