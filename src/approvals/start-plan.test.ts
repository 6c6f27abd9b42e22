import assert from 'node:assert/strict';
import { once } from 'node:events';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { decide } from './decide.ts';
import { effectiveSettings } from './effective-settings.ts';
import { realFileFacts } from './file-facts.ts';
import { readHostFacts } from './host-facts.ts';
import type { StartPlan } from './plan.ts';
import { startPlan, verifyPlan } from './start-plan.ts';

function freshDirectory(t: TestContext): string {
  const directory = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), 'start-plan-')));
  t.after(() => fs.rmSync(directory, { recursive: true, force: true }));
  return directory;
}

function planFor(command: readonly string[], cwd: string): StartPlan {
  const settings = effectiveSettings({ version: 1, defaults: { security: 'full' } });
  const host = readHostFacts({ PATH: '/usr/bin:/bin', HOME: cwd, SECRET: 'x' });
  const decision = decide({ command, cwd }, settings, { files: realFileFacts, host });
  assert.ok(decision.plan, decision.reason);
  return decision.plan;
}

async function run(plan: StartPlan): Promise<{ status: number | null; output: string }> {
  const outcome = startPlan(plan);
  assert.ok(outcome.kind === 'started', JSON.stringify(outcome));
  assert.ok(outcome.child.stdout !== null);
  const [output, [status]] = await Promise.all([text(outcome.child.stdout), once(outcome.child, 'close')]);
  return { status, output };
}

function script(path: string, body: string): string {
  fs.writeFileSync(path, `#!/bin/sh\n${body}\n`, { mode: 0o755 });
  return path;
}

test('runs in the directory decided on, with a clean environment', async (t) => {
  const cwd = freshDirectory(t);
  assert.equal((await run(planFor(['/bin/pwd'], cwd))).output, `${cwd}\n`);
  const { output } = await run(planFor(['/usr/bin/env'], cwd));
  assert.doesNotMatch(output, /SECRET/);
  assert.match(output, new RegExp(`^HOME=${cwd}$`, 'm'));
});

test('keeps the name a program was called by', async (t) => {
  const cwd = freshDirectory(t);
  fs.symlinkSync('/bin/sh', join(cwd, 'mysh'));
  const plan = planFor(['./mysh', '-c', 'echo "$0"'], cwd);
  assert.equal(plan.argv[0], './mysh');
});

test('a script gets its arguments and runs from the bytes that were compared', async (t) => {
  const cwd = freshDirectory(t);
  script(join(cwd, 'tool'), 'printf "%s|" "$@"; exit 3');
  assert.deepEqual(await run(planFor(['./tool', 'a b', ''], cwd)), { status: 3, output: 'a b||' });
});

test('a file of another kind, without #! and no program, is not started', (t) => {
  const cwd = freshDirectory(t);
  fs.writeFileSync(join(cwd, 'tool'), 'echo hello\n', { mode: 0o755 });
  const settings = effectiveSettings({ version: 1, defaults: { security: 'full' } });
  const decision = decide({ command: ['./tool'], cwd }, settings, {
    files: realFileFacts,
    host: readHostFacts(),
  });
  assert.deepEqual([decision.decision, decision.code], ['deny', 'not-found']);
});

for (const [what, change] of [
  ['is replaced', (cwd: string) => fs.renameSync(script(join(cwd, 'next'), 'echo bad'), join(cwd, 'tool'))],
  ['is rewritten', (cwd: string) => fs.writeFileSync(join(cwd, 'tool'), '#!/bin/sh\necho bad\n')],
  ['is removed', (cwd: string) => fs.rmSync(join(cwd, 'tool'))],
  ['gets another mode', (cwd: string) => fs.chmodSync(join(cwd, 'tool'), 0o777)],
  [
    'is reached through a directory that was swapped',
    (cwd: string) => {
      fs.renameSync(cwd, `${cwd}-old`);
      fs.cpSync(`${cwd}-old`, cwd, { recursive: true });
      fs.rmSync(`${cwd}-old`, { recursive: true });
    },
  ],
] as const) {
  test(`a plan whose script ${what} starts nothing`, (t) => {
    const cwd = freshDirectory(t);
    script(join(cwd, 'tool'), 'echo good');
    const plan = planFor(['./tool'], cwd);
    assert.deepEqual(verifyPlan(plan), { kind: 'same' });
    change(cwd);
    assert.equal(verifyPlan(plan).kind, 'changed');
    assert.equal(startPlan(plan).kind, 'changed');
  });
}

test('a plan survives being stored as text', async (t) => {
  const cwd = freshDirectory(t);
  const plan = planFor(['/bin/sh', '-c', 'echo a; echo b'], cwd);
  assert.equal((await run(JSON.parse(JSON.stringify(plan)))).output, 'a\nb\n');
});

test('no descriptor is left open', (t) => {
  const cwd = freshDirectory(t);
  script(join(cwd, 'tool'), 'echo good');
  const plan = planFor(['./tool'], cwd);
  const before = fs.readdirSync('/proc/self/fd').length;
  for (let round = 0; round < 50; round += 1) verifyPlan(plan);
  fs.writeFileSync(join(cwd, 'tool'), 'other');
  for (let round = 0; round < 50; round += 1) startPlan(plan);
  assert.ok(fs.readdirSync('/proc/self/fd').length <= before + 1);
});

test('a shell script keeps its $0, a python script its module directory', async (t) => {
  const cwd = freshDirectory(t);
  script(join(cwd, 'tool'), 'echo "$0 $1"');
  assert.equal((await run(planFor(['./tool', 'x'], cwd))).output, `${cwd}/./tool x\n`);
  if (!fs.existsSync('/usr/bin/python3'))
    return t.diagnostic('python3 is not installed: half of this was not tried');
  fs.writeFileSync(join(cwd, 'near.py'), 'WORD = "near"\n');
  fs.writeFileSync(join(cwd, 'py'), '#!/usr/bin/python3\nimport near, sys\nprint(near.WORD, sys.path[0])\n', {
    mode: 0o755,
  });
  assert.equal((await run(planFor(['./py'], cwd))).output, `near ${cwd}\n`);
});

test('an interpreter may be a script itself, as the shims of version managers are', async (t) => {
  const cwd = freshDirectory(t);
  script(join(cwd, 'shim'), 'echo "shim $0"; exec /bin/cat "$1"');
  fs.writeFileSync(join(cwd, 'tool'), `#!${cwd}/shim\nbody\n`, { mode: 0o755 });
  assert.equal((await run(planFor(['./tool'], cwd))).output, `shim ${cwd}/shim\n#!${cwd}/shim\nbody\n`);
});

test('a script given to a shell after a person agreed runs from the bytes of that moment', async (t) => {
  const cwd = freshDirectory(t);
  fs.writeFileSync(join(cwd, 'job.sh'), 'echo "good $1"\n');
  const plan = planFor(['/bin/sh', 'job.sh', 'x'], cwd);
  assert.equal((await run(plan)).output, 'good x\n');
  fs.writeFileSync(join(cwd, 'job.sh'), 'echo evil $1\n');
  assert.equal(startPlan(plan).kind, 'changed');
});
