import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startFlow, until } from './flow-driver.ts';

test('variables that were shown run with the approval; those that change what runs never do', async (t) => {
  const flow = await startFlow(t);
  assert.equal(
    (await flow.run(['approvals', 'allowlist', 'add', '--node', 'box', '/usr/bin/printenv'])).status,
    0,
  );
  const run = ['nodes', 'run', '--node', 'box', '--approval-timeout', '60000'];
  const waiting = flow.start([...run, '--env', 'RELEASE=seven', '--', '/usr/bin/printenv', 'RELEASE']);
  await waiting.until(/with RELEASE=seven/);
  await waiting.until(/approvals allow (\S+)/);
  const id = /approvals allow (\S+)/.exec(waiting.output.stderr)?.[1] ?? '';
  await until(async () => (await flow.run(['approvals', 'pending', '--json'])).stdout.includes(id));
  const [pending] = JSON.parse((await flow.run(['approvals', 'pending', '--json'])).stdout);
  assert.deepEqual(pending.request.env, { RELEASE: 'seven' });
  assert.match(pending.request.why, /sets "RELEASE" in the environment/);
  assert.equal((await flow.run(['approvals', 'allow', id])).status, 0);
  const ended = await waiting.ended;
  assert.deepEqual([ended.status, ended.stdout], [0, 'seven\n'], ended.stderr);

  const refused = await flow.run([...run, '--env', 'LD_PRELOAD=/x.so', '--', '/usr/bin/printenv']);
  assert.notEqual(refused.status, 0);
  assert.match(refused.stderr, /may not set "LD_PRELOAD" in the environment/);

  // a caller's own word, or an approval that was asked for without variables, covers none
  for (const extra of [{ approved: true }, { approved: true, approvalBinding: '0'.repeat(64) }]) {
    const params = { command: ['/usr/bin/printenv', 'RELEASE'], env: { RELEASE: 'eight' }, ...extra };
    const request = { nodeId: flow.nodeId, command: 'system.run', params };
    const claimed = await flow.run([
      ...['gateway', 'call', 'node.invoke', '--params'],
      JSON.stringify({ ...request, idempotencyKey: `k${JSON.stringify(extra).length}` }),
    ]);
    assert.notEqual(claimed.status, 0);
    assert.match(claimed.stderr, /approval required/);
  }
});
