import assert from 'node:assert/strict';
import { copyFileSync, existsSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { startFlow, until } from './flow-driver.ts';

test('without an approver the answer is no at once, with that reason', async (t) => {
  const flow = await startFlow(t);
  const startedAt = performance.now();
  const { status, stderr } = await flow.runOnNode(flow.tool, flow.marker('nobody'));
  assert.equal(status, 1);
  assert.ok(performance.now() - startedAt < 100_000, 'a question of two minutes was not waited for');
  assert.match(stderr, /approval required, and nobody answered: nobody who could is connected/);
  assert.ok(!existsSync(flow.marker('nobody')));
});

test('without an approver the fallback of the node decides, for what it covers', async (t) => {
  const flow = await startFlow(t);
  const policy = join(flow.home, 'policy.json');
  const text = JSON.stringify({
    version: 1,
    defaults: { ask: 'always', askFallback: 'allowlist' },
    agents: { main: { allowlist: [{ pattern: flow.tool }] } },
  });
  writeFileSync(policy, text);
  assert.equal((await flow.run(['approvals', 'set', '--node', 'box', '--file', policy])).status, 0);
  const done = flow.marker('fallback');
  const ended = await flow.runOnNode(flow.tool, done);
  assert.equal(ended.status, 0, ended.stderr);
  assert.ok(existsSync(done));
  const other = await flow.runOnNode('uname', '-a');
  assert.match(other.stderr, /nobody who could is connected/);
  const forged = await flow.call('node.invoke', {
    nodeId: flow.nodeId,
    command: 'system.run',
    params: { command: [flow.tool, done], agentId: 'main', approvalUnanswered: true },
    idempotencyKey: 'forged',
  });
  assert.match(forged.stderr, /SYSTEM_RUN_DENIED: approval required/);
  const last = (await flow.log()).filter(({ action }) => action === 'exec.use');
  assert.deepEqual(
    last.map(({ detail }) => detail['answer']),
    ['unanswered', 'unanswered'],
  );
});

test('a question expires with that reason and cannot be answered afterwards', async (t) => {
  const flow = await startFlow(t);
  const done = flow.marker('expired');
  const waiting = flow.start([
    'nodes',
    'run',
    '--node',
    'box',
    '--approval-timeout',
    '1500',
    '--',
    flow.tool,
    done,
  ]);
  await waiting.until(/approvals allow (\S+)/);
  const id = /approvals allow (\S+)/.exec(waiting.output.stderr)?.[1] ?? '';
  const ended = await waiting.ended;
  assert.equal(ended.status, 1);
  assert.match(ended.stderr, /approval required, and nobody answered within 2 s/);
  const late = await flow.run(['approvals', 'allow', id]);
  assert.equal(late.status, 1);
  assert.match(late.stderr, /approval expired: nobody answered in time/);
  assert.ok(!existsSync(done));
});

test('a gateway that dies with a question open: the requester is told, nothing runs, the old answer is void', async (t) => {
  const flow = await startFlow(t);
  const done = flow.marker('restart');
  const { waiting, id } = await flow.ask(flow.tool, done);
  const status = JSON.parse((await flow.run(['supervisor', 'status', '--json'])).stdout) as {
    services: { name: string; state: { name: string; pid?: number } }[];
  }; // what `supervisor status` prints
  const pid = status.services.find(({ name }) => name === 'gateway')?.state.pid;
  assert.ok(pid !== undefined, JSON.stringify(status.services));
  process.kill(pid, 'SIGKILL');
  const ended = await waiting.ended;
  assert.ok(ended.status !== 0 && ended.status !== null);
  assert.match(ended.stderr, /cannot run .*(closed|connection)/);
  await until(async () =>
    (await flow.run(['nodes', 'status', '--connected', '--json'])).stdout.includes(flow.nodeId),
  );
  const late = await flow.run(['approvals', 'allow', id]);
  assert.equal(late.status, 1);
  assert.match(late.stderr, /unknown approval id/);
  assert.ok(!existsSync(done));
  const end = (await flow.log()).find(({ action }) => action === 'exec.unanswered');
  assert.deepEqual([end?.detail['approval'], end?.detail['why']], [id, 'gateway-ended']);
});

test('a program exchanged between question and answer does not run on that answer', async (t) => {
  const flow = await startFlow(t);
  const done = flow.marker('exchanged');
  const { waiting, id } = await flow.ask(flow.tool, done);
  copyFileSync('/usr/bin/mkdir', join(flow.home, 'other'));
  renameSync(join(flow.home, 'other'), flow.tool);
  assert.equal((await flow.run(['approvals', 'allow', id])).status, 0);
  const ended = await waiting.ended;
  assert.equal(ended.status, 1);
  assert.match(ended.stderr, /something else was approved than what would run now/);
  assert.ok(!existsSync(done));
});

test('nobody is asked about what the node refuses in any case', async (t) => {
  const flow = await startFlow(t);
  const refused = await flow.call('exec.approval.request', {
    command: flow.tool,
    commandArgv: [flow.tool],
    nodeId: flow.nodeId,
    env: { LD_PRELOAD: '/tmp/x.so' },
    timeoutMs: 60_000,
  });
  assert.equal(refused.status, 1);
  assert.match(refused.stderr, /the node refuses in any case: .*LD_PRELOAD/);
  const lie = await flow.call('exec.approval.request', {
    command: 'ls',
    commandArgv: [flow.tool],
    timeoutMs: 60_000,
  });
  assert.match(lie.stderr, /command does not say what commandArgv would run/);
});

test('what was logged is read without a gateway, suggestions come from it, and a changed row shows', async (t) => {
  const flow = await startFlow(t);
  const secret = 'hunter2hunter2';
  await flow.runOnNode(flow.tool, flow.marker('a'));
  await flow.runOnNode(flow.tool, flow.marker('a'));
  await flow.runOnNode(flow.tool, `--password=${secret}`);
  flow.running.child.kill('SIGTERM');
  await flow.running.ended;
  const log = await flow.run(['approvals', 'log', '--verify']);
  assert.equal(log.status, 0, log.stderr);
  assert.match(log.stderr, /The gateway does not answer/);
  assert.match(log.stdout, /nobody answered: no-route/);
  assert.match(log.stdout, /The chain of \d+ rows is intact/);
  assert.ok(!log.stdout.includes(secret));
  const { suggestions } = JSON.parse((await flow.run(['approvals', 'suggest', '--json'])).stdout) as {
    suggestions: { removes: number; entries: unknown }[];
  }; // what `approvals suggest` prints
  assert.deepEqual(
    suggestions.map(({ removes, entries }) => [removes, entries]),
    [[2, [{ pattern: flow.tool, args: [flow.marker('a')] }]]],
  );
  const path = join(flow.home, '.clawdbot', 'clawdbot.sqlite');
  const database = new DatabaseSync(path);
  const stored = JSON.stringify(database.prepare('SELECT detail FROM audit').all());
  assert.ok(!stored.includes(secret), 'no secret is written down');
  database.exec("DROP TRIGGER audit_no_update; UPDATE audit SET actor = 'me' WHERE seq = 2");
  database.close();
  const broken = await flow.run(['approvals', 'log', '--verify']);
  assert.equal(broken.status, 1);
  assert.match(broken.stderr, /row 2 was changed/);
});
