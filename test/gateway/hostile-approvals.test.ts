/** Ways to get more out of an answer than the person gave. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type DeviceKeys, generateDeviceKeys } from '../../src/protocol/host/index.ts';
import type { Scope } from '../../src/protocol/index.ts';
import { eventually } from '../supervisor/program.ts';
import { makeState, startTestGateway } from './support/gateway.ts';
import { connectNode, connectOperator, type TestPeer } from './support/peers.ts';

const EXPLAINS = ['system.run', 'system.which', 'system.execApprovals.explain', 'system.execApprovals.get'];
const EXPLAINED = { decision: 'ask', code: 'miss', reason: 'no entry', programs: [], binding: 'b1' };

async function setUp(t: TestContext) {
  const gateway = await startTestGateway(t, {
    gateway: { nodes: { allowCommands: ['system.execApprovals.explain'] } },
  });
  const [operator, approver] = [await connectOperator(gateway), await connectOperator(gateway)];
  const runs: { params: Record<string, unknown>; by: string }[] = [];
  /** A node that says yes to everything; `by` tells its connections apart. */
  const join = (keys: DeviceKeys, commands: string[], by: string): Promise<TestPeer> =>
    connectNode(gateway, {
      keys,
      commands,
      onEvent: ({ event, payload }, connection) => {
        if (event !== 'node.invoke.request') return;
        const { id, nodeId, command, paramsJSON } = Object(payload);
        const isRun = command === 'system.run';
        if (isRun) runs.push({ params: JSON.parse(paramsJSON), by });
        const answer = isRun ? { exitCode: 0 } : EXPLAINED;
        void connection?.request('node.invoke.result', { id, nodeId, ok: true, payload: answer });
      },
    });
  const decide = async (decision: string): Promise<void> => {
    const [open] = await eventually(() => {
      const list = gateway.core.desk.list();
      return list.length === 1 ? list : undefined;
    });
    await approver.request('exec.approval.resolve', { id: open?.id, decision });
  };
  const ask = async (request: object, decision: string): Promise<void> => {
    await Promise.all([operator.request('exec.approval.request', request), decide(decision)]);
  };
  let count = 0;
  const run = (nodeId: string, params: object, timeoutMs = 20_000): Promise<unknown> => {
    count += 1;
    const call = { nodeId, command: 'system.run', params, timeoutMs, idempotencyKey: `k${count}` };
    return operator.request('node.invoke', call);
  };
  return { gateway, operator, approver, runs, join, decide, ask, run };
}

test('an answer bound to files is not used by a program that cannot compare them', async (t) => {
  const { runs, join, ask, run } = await setUp(t);
  const keys = generateDeviceKeys();
  const { deviceId: nodeId } = keys;
  const node = await join(keys, EXPLAINS, 'ours');
  const command = ['/usr/bin/id', '-u'];
  await ask({ command: command.join(' '), commandArgv: command, nodeId, host: 'node' }, 'allow-once');
  node.close();
  await join(keys, ['system.run', 'system.which'], 'another program');
  await assert.rejects(run(nodeId, { command, approved: true }), /cannot check any more what was approved/);
  assert.deepEqual(runs, []);
});

test('"always" reaches a node that keeps bare paths only for what starts nothing else', async (t) => {
  const { runs, join, ask, run } = await setUp(t);
  const keys = generateDeviceKeys();
  await join(keys, ['system.run'], 'published');
  const decisionFor = async (command: string[], rawCommand?: string, agentId = 'main') => {
    await ask({ command: rawCommand ?? command.join(' '), host: 'node', agentId }, 'allow-always');
    await run(keys.deviceId, { command, ...(rawCommand ? { rawCommand } : {}), agentId, approved: true });
    const { params } = runs.at(-1) ?? assert.fail('nothing ran');
    assert.equal(params['approved'], true);
    return params['approvalDecision'];
  };
  const shell = (text: string): [string[], string] => [['/bin/sh', '-lc', text], text];
  assert.equal(await decisionFor(['/usr/bin/uname', '-a']), 'allow-always');
  assert.equal(await decisionFor(...shell('uname -a | head -1')), 'allow-always');
  assert.equal(await decisionFor(['/usr/bin/uname'], undefined, '*'), 'allow-once', 'for all agents');
  for (const command of [
    ['sh', '-c', 'id'],
    ['/usr/bin/python3.11', 'x.py'],
    ['env', 'id'],
    ['./busybox', 'ls'],
  ])
    assert.equal(await decisionFor(command), 'allow-once', command.join(' '));
  for (const text of ['uname;xargs rm', 'cd /x && "python3" y.py', '/usr/bin/find . -name x'])
    assert.equal(await decisionFor(...shell(text)), 'allow-once', text);
});

test('a run goes to the connection that serves the node when people have answered, or nowhere', async (t) => {
  const { gateway, approver, runs, join, ask, decide, run } = await setUp(t);
  const keys = generateDeviceKeys();
  const first = await join(keys, ['system.run'], 'first');
  const command = ['printenv', 'RELEASE'];
  const start = async () => {
    await ask({ command: command.join(' '), host: 'node' }, 'allow-once');
    const running = run(keys.deviceId, { command, env: { RELEASE: '7' }, approved: true });
    running.catch(() => undefined);
    await eventually(() => gateway.core.desk.list()[0]);
    return { running };
  };
  const second = await start();
  first.close();
  const node = await join(keys, ['system.run'], 'second');
  await decide('allow-once');
  await second.running;
  assert.deepEqual(
    runs.map(({ by, params }) => [by, params['approved']]),
    [['second', true]],
  );

  const third = await start();
  node.close();
  await eventually(() => (gateway.core.nodes.serving(keys.deviceId) === undefined ? true : undefined));
  const [open] = gateway.core.desk.list();
  // The node that would be asked about it is gone, the question is not.
  await approver.request('exec.approval.resolve', { id: open?.id, decision: 'allow-once' });
  await assert.rejects(third.running, /node not connected/);
});

test('no question takes an id whose beginning, or end, answers another one', async (t) => {
  const { gateway, operator, approver } = await setUp(t);
  const ask = (id: string) => operator.request('exec.approval.request', { command: 'id', id });
  const honest = ask('4f1c2d3e-5a6b');
  await eventually(() => gateway.core.desk.list()[0]);
  for (const id of ['4f1c2d', '4', '4f1c2d3e-5a6b-7'])
    await assert.rejects(ask(id), /approval id already pending/, id);
  await approver.request('exec.approval.resolve', { id: '4f1c2d', decision: 'deny' });
  assert.equal(Object(await honest).decision, 'deny');
  await assert.rejects(ask('4f1c2d3e'), /already pending/, 'nor the one of an answer that was given');
});

test('nobody answers without the right to, and the question stays open', async (t) => {
  const { gateway, operator, decide } = await setUp(t);
  const asked = operator.request('exec.approval.request', { command: 'id', id: 'question-1' });
  await eventually(() => gateway.core.desk.list()[0]);
  const rights: Scope[][] = [['operator.write'], ['operator.pairing'], ['operator.read', 'operator.write']];
  for (const protocol of [3, 4] as const)
    for (const scopes of rights) {
      const other = await connectOperator(gateway, { scopes, protocol });
      const params = { id: 'question-1', decision: 'allow-once' };
      for (const [method, given] of [
        ['exec.approval.resolve', params],
        ['approval.resolve', { ...params, kind: 'exec' }],
        ['exec.approval.list', {}],
        ['exec.approval.get', { id: 'question-1' }],
      ] as const)
        await assert.rejects(other.request(method, given), /missing scope: operator\.approvals/);
      assert.ok(!other.events.some(({ event }) => event.startsWith('exec.approval')));
    }
  const node = await connectNode(gateway);
  await assert.rejects(
    node.request('exec.approval.resolve', { id: 'question-1', decision: 'allow-once' }),
    /unauthorized role/,
  );
  await decide('deny');
  assert.equal(Object(await asked).decision, 'deny');
});

test('the policy of a node is no command that the right to run things reaches', async (t) => {
  const { gateway, join } = await setUp(t);
  const keys = generateDeviceKeys();
  await join(keys, EXPLAINS, 'ours');
  const writer = await connectOperator(gateway, { scopes: ['operator.write'] });
  for (const [command, method] of [
    ['system.execApprovals.get', 'exec.approvals.node.get'],
    ['system.execApprovals.explain', 'exec.approvals.explain'],
  ] as const) {
    const call = { nodeId: keys.deviceId, command, params: {}, idempotencyKey: command };
    const thrown: unknown = await writer.request('node.invoke', call).catch((error: unknown) => error);
    assert.deepEqual(Object(thrown).shape?.details, { reason: `use ${method}`, command });
  }
});

test('what a plan leaves open is not filled in by whoever runs it', async (t) => {
  const { gateway, approver, runs, join } = await setUp(t);
  const keys = generateDeviceKeys();
  const { deviceId: nodeId } = keys;
  await join(keys, ['system.run'], 'published');
  const asker = await connectOperator(gateway, { protocol: 4 });
  const plan = { argv: ['/usr/bin/make'], cwd: null, commandText: '', agentId: null, sessionKey: null };
  const request = { host: 'node', nodeId, systemRunPlan: plan, twoPhase: true };
  const { id } = Object(await asker.request('exec.approval.request', request));
  await approver.request('exec.approval.resolve', { id, decision: 'allow-once' });
  const params = {
    command: ['/usr/bin/make'],
    cwd: '/tmp/evil',
    agentId: 'other',
    sessionKey: 'x',
    runId: id,
    approved: true,
  };
  const call = { nodeId, command: 'system.run', params, idempotencyKey: 'k' };
  await asker.request('node.invoke', call);
  const sent = { runId: id, command: ['/usr/bin/make'], rawCommand: '/usr/bin/make' };
  assert.deepEqual(
    runs.map((run) => run.params),
    [{ ...sent, approved: true, approvalDecision: 'allow-once' }],
  );
});

test('a planned question that ended, by time or with the gateway, is good for nothing', async (t) => {
  const paths = makeState(t);
  const keys = generateDeviceKeys();
  const [askerKeys, { deviceId: nodeId }] = [generateDeviceKeys(), keys];
  const runs: unknown[] = [];
  const setUpAgain = async () => {
    const gateway = await startTestGateway(t, { paths });
    await connectNode(gateway, {
      keys,
      protocol: 4,
      commands: ['system.run', 'system.run.prepare'],
      onEvent: ({ event, payload }, connection) => {
        if (event !== 'node.invoke.request') return;
        const { id, paramsJSON } = Object(payload);
        runs.push(JSON.parse(paramsJSON));
        void connection?.request('node.invoke.result', { id, nodeId, ok: true, payload: {} });
      },
    });
    const asker = await connectOperator(gateway, { protocol: 4, keys: askerKeys });
    return { gateway, asker, approver: await connectOperator(gateway, { protocol: 4 }) };
  };
  const plan = { argv: ['/usr/bin/id'], cwd: '/', commandText: '', agentId: null, sessionKey: null };
  const ask = async (asker: TestPeer, timeoutMs: number): Promise<string> => {
    const request = { host: 'node', nodeId, systemRunPlan: plan, twoPhase: true, timeoutMs };
    return Object(await asker.request('exec.approval.request', request)).id;
  };
  const run = (asker: TestPeer, id: string) => {
    const params = { command: ['/usr/bin/id'], cwd: '/', runId: id, approved: true };
    return asker.request('node.invoke', { nodeId, command: 'system.run', params, idempotencyKey: id });
  };
  const { gateway, asker, approver } = await setUpAgain();
  const late = await ask(asker, 1);
  const answer = { id: late, kind: 'exec', decision: 'allow-once' };
  await eventually(() => (gateway.core.desk.list().length === 0 ? true : undefined));
  const told = Object(await approver.request('approval.resolve', answer).catch((error: unknown) => error));
  assert.match(told.message, /approval expired/);
  assert.equal(Object(await approver.request('approval.get', { id: late })).approval.status, 'expired');
  await assert.rejects(run(asker, late), /approval required/);

  const open = await ask(asker, 60_000);
  await approver.request('approval.resolve', { ...answer, id: open });
  await gateway.stop({ reason: 'test', graceMs: 0 });
  const next = await setUpAgain();
  await assert.rejects(
    next.approver.request('approval.resolve', { ...answer, id: open }),
    /unknown approval/,
  );
  await run(next.asker, open);
  assert.deepEqual(runs, [{ command: ['/usr/bin/id'], cwd: '/', runId: open }], 'the node decides');
});
