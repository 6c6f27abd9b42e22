import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { startFlow } from './flow-driver.ts';

test('explain through the gateway says what running then does, with every layer', async (t) => {
  const flow = await startFlow(t);
  const explain = async (...words: string[]) => {
    const { status, stdout, stderr } = await flow.run([
      'approvals',
      'explain',
      '--node',
      'box',
      '--json',
      ...words,
    ]);
    assert.equal(status, 0, stderr);
    return JSON.parse(stdout) as {
      where: string;
      decision: string;
      code: string;
      rule?: string;
      programs: { path?: string }[];
      layers: { name: string; host: string; path?: string; changedAtMs?: number }[];
    }; // what `approvals explain` prints
  };
  await flow.run(['approvals', 'allowlist', 'add', '--node', 'box', flow.tool]);
  const scripted = join(flow.home, 'scripts');
  mkdirSync(scripted);
  writeFileSync(join(scripted, 'tool.sh'), '#!/bin/sh\necho hi\n', { mode: 0o755 });
  // Words, decision, and how `nodes run` has to end.
  const cases: [string[], string, RegExp | 0][] = [
    [['--', flow.tool, flow.marker('x')], 'allow', 0],
    [['--', 'uname', '-a'], 'ask', /approval required/],
    [['--raw', 'head -1 < /dev/null'], 'allow', 0],
    [['--raw', 'head -1 /etc/passwd'], 'ask', /approval required/],
    [['--', join(scripted, 'tool.sh')], 'ask', /approval required/],
    [['--env', 'LD_PRELOAD=/tmp/x', '--', flow.tool], 'deny', /LD_PRELOAD/],
    [['--', '/no/such/program'], 'deny', /ENOENT|no such/i],
  ];
  for (const [words, decision, outcome] of cases) {
    const explained = await explain(...words);
    assert.equal(explained.decision, decision, words.join(' '));
    assert.equal(explained.where, flow.nodeId);
    const ran = await flow.run(['nodes', 'run', '--node', 'box', ...words]);
    if (outcome === 0) assert.equal(ran.status, 0, ran.stderr);
    else assert.match(ran.stderr, outcome);
  }
  const { rule, programs, layers } = await explain('--', flow.tool);
  assert.equal(rule, `*: ${flow.tool}`);
  assert.deepEqual(
    programs.map(({ path }) => path),
    [flow.tool],
  );
  assert.deepEqual(
    layers.map(({ name }) => name),
    ['agents.main', 'agents.*', 'defaults', 'configuration', 'built in'],
  );
  assert.ok((layers[0]?.changedAtMs ?? 0) > Date.now() - 60_000);
  const here = JSON.parse((await flow.run(['approvals', 'explain', '--json', '--', flow.tool])).stdout) as {
    where: string;
    decision: string;
  }; // same
  assert.deepEqual([here.where, here.decision], ['this machine', 'allow']);
  const text = await flow.run(['approvals', 'explain', '--node', 'box', '--', flow.tool]);
  assert.match(text.stdout, /Decision: allow \(covered\)/);
  assert.match(text.stdout, /agents\.\* +\S+ +\S+exec-approvals\.json/);
});

test('the default safe programs need no entry; an empty list in the configuration turns them off', async (t) => {
  const flow = await startFlow(t);
  const explained = async () => (await flow.run(['approvals', 'explain', '--', 'tr', 'a', 'b'])).stdout;
  assert.match(await explained(), /Decision: allow/);
  assert.equal((await flow.runOnNode('tr', 'a', 'b')).status, 0);
  assert.equal((await flow.run(['config', 'set', 'tools.exec.safeBins', '[]'])).status, 0);
  assert.match(await explained(), /Decision: ask/);
});
