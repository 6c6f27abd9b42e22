/** What protocol 4 adds: offers of nodes, held looks, planned approvals, remaining time and cancelling. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { generateDeviceKeys } from '../../src/protocol/host/index.ts';
import { PATIENCE_MS } from '../patience.ts';
import { startTestGateway, TOKEN } from './support/gateway.ts';
import { connectNode, connectOperator, REMOTE, type TestPeer } from './support/peers.ts';

const RUN = ['system.run', 'system.which'];

async function whenSeen<T>(what: string, look: () => T | undefined): Promise<T> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const found = look();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error(`cannot see ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

type Row = { requestId: string; nodeId: string; commands: string[]; approved?: { commands: string[] } };

async function pendingNodes(operator: TestPeer): Promise<Row[]> {
  const { pending } = (await operator.request('node.pair.list', {})) as { pending: Row[] };
  return pending;
}

test('approving a node approves what it offers; more is asked again, with old and new', async (t) => {
  const gateway = await startTestGateway(t);
  const operator = await connectOperator(gateway, { protocol: 4 });
  const keys = generateDeviceKeys();
  const offer = (commands: string[]) =>
    connectNode(gateway, { keys, commands, headers: REMOTE, protocol: 4 });
  await assert.rejects(offer(RUN), /pairing required/);
  const [first] = await pendingNodes(operator);
  assert.deepEqual(first?.commands, RUN);
  assert.deepEqual(Reflect.get(first, 'requiredApproveScopes'), ['operator.pairing', 'operator.admin']);
  await operator.request('node.pair.approve', { requestId: first.requestId });

  const node = await offer(RUN);
  assert.deepEqual(await pendingNodes(operator), []);
  node.close();

  const wider = await offer([...RUN, 'browser.proxy']);
  const [growth] = await pendingNodes(operator);
  assert.deepEqual(growth?.commands, ['browser.proxy', ...RUN]);
  assert.deepEqual(growth.approved?.commands, RUN);
  const described = (await operator.request('node.describe', { nodeId: keys.deviceId })) as {
    commands: string[];
    approvalState: string;
  };
  assert.deepEqual([described.commands, described.approvalState], [RUN, 'pending-reapproval']);
  const invoke = (command: string) =>
    operator.request('node.invoke', {
      nodeId: keys.deviceId,
      command,
      timeoutMs: 100,
      idempotencyKey: command,
    });
  await assert.rejects(invoke('browser.proxy'), /browser\.proxy of this node is not approved yet/);

  await operator.request('node.pair.approve', { requestId: growth.requestId });
  await whenSeen('node.pair.resolved at the node', () =>
    wider.events.find(({ event }) => event === 'node.pair.resolved'),
  );
  await assert.rejects(invoke('browser.proxy'), /TIMEOUT/, 'it goes to the node now, without a reconnect');
  assert.deepEqual(await pendingNodes(operator), []);
});

test('a local node is let in with what it offers, and asked about when it offers more', async (t) => {
  const gateway = await startTestGateway(t);
  const operator = await connectOperator(gateway, { protocol: 4 });
  const keys = generateDeviceKeys();
  (await connectNode(gateway, { keys, commands: ['system.which'] })).close();
  await connectNode(gateway, { keys, commands: RUN });
  assert.deepEqual(
    (await pendingNodes(operator)).map(({ commands }) => commands),
    [RUN],
  );
});

test('pairing alone approves no node that offers to run commands', async (t) => {
  const gateway = await startTestGateway(t);
  const admin = await connectOperator(gateway);
  const pairing = await connectOperator(gateway, { scopes: ['operator.pairing'] });
  await assert.rejects(connectNode(gateway, { headers: REMOTE }), /pairing required/);
  const [request] = await pendingNodes(admin);
  const requestId = request?.requestId;
  await assert.rejects(pairing.request('node.pair.approve', { requestId }), /missing scope: operator\.admin/);
  await assert.rejects(pairing.request('device.pair.approve', { requestId }), /approval denied/);
  await admin.request('device.pair.approve', { requestId });
});

for (const protocol of [3, 4] as const) {
  test(`a second look of a waiting node is held and let in at the approval (protocol ${protocol})`, async (t) => {
    const gateway = await startTestGateway(t);
    const operator = await connectOperator(gateway);
    const keys = generateDeviceKeys();
    const look = () => connectNode(gateway, { keys, headers: REMOTE, protocol });
    await assert.rejects(look(), /pairing required/);
    const held = look();
    const [request] = await pendingNodes(operator);
    await whenSeen('the look held', () => (gateway.core.waiting.size === 1 ? true : undefined));
    await operator.request('node.pair.approve', { requestId: request?.requestId });
    assert.equal((await held).hello.protocol, protocol);
    assert.equal(gateway.core.waiting.size, 0);
  });
}

test('a held look that nobody decides about is answered with hints to come back at once', async (t) => {
  const gateway = await startTestGateway(t, { timing: { holdMs: 50 } });
  const keys = generateDeviceKeys();
  const look = () => connectNode(gateway, { keys, headers: REMOTE, protocol: 4 });
  const refusalOf = async () => {
    const thrown: unknown = await look().catch((error: unknown) => error);
    return Object(thrown).outcome.error;
  };
  const first = await refusalOf();
  assert.equal(first.code, 'NOT_PAIRED');
  const { code, reason, recommendedNextStep, retryable, pauseReconnect } = first.details;
  assert.deepEqual(
    { code, reason, recommendedNextStep, retryable, pauseReconnect },
    {
      code: 'PAIRING_REQUIRED',
      reason: 'not-paired',
      recommendedNextStep: 'wait_then_retry',
      retryable: true,
      pauseReconnect: false,
    },
  );
  const second = await refusalOf();
  assert.deepEqual([second.code, second.retryable, second.retryAfterMs], ['UNAVAILABLE', true, 500]);
  assert.equal(second.details.requestId, first.details.requestId);
});

async function nodeThatPlans(t: TestContext, timing: { comeBackMs?: number } = {}) {
  const gateway = await startTestGateway(t, { timing });
  const operator = await connectOperator(gateway, { protocol: 4 });
  const asked: { command: string; params: Record<string, unknown>; timeoutMs?: number; id: string }[] = [];
  const cancelled: unknown[] = [];
  const plan = {
    argv: ['/usr/bin/id', '-un'],
    cwd: '/tmp',
    commandText: 'harmless',
    commandPreview: null,
    agentId: null,
    sessionKey: null,
    policySnapshot: {
      security: 'allowlist',
      ask: 'on-miss',
      askFallback: 'deny',
      autoAllowSkills: false,
      allowlistRules: [],
    },
  };
  const node = await connectNode(gateway, {
    protocol: 4,
    commands: ['system.run', 'system.run.prepare', 'system.which'],
    onEvent: ({ event, payload }, connection) => {
      if (event === 'node.invoke.cancel') cancelled.push(payload);
      if (event !== 'node.invoke.request') return;
      const { id, nodeId, command, paramsJSON, timeoutMs } = Object(payload);
      asked.push({ id, command, params: JSON.parse(paramsJSON), timeoutMs });
      if (command === 'system.which') return;
      const answer = command === 'system.run.prepare' ? { plan } : { stdout: 'done' };
      void connection?.request('node.invoke.result', { id, nodeId, ok: true, payload: answer });
    },
  });
  let count = 0;
  const invoke = (who: TestPeer, command: string, params: object, timeoutMs = 5_000) => {
    count += 1;
    return who.request('node.invoke', {
      nodeId: node.keys.deviceId,
      command,
      params,
      timeoutMs,
      idempotencyKey: `k${count}`,
    });
  };
  return { gateway, operator, node, asked, cancelled, plan, invoke };
}

test('an approved plan runs as it was planned, once, whatever the caller sends along', async (t) => {
  const { gateway, operator, node, asked, plan, invoke } = await nodeThatPlans(t);
  const approver = await connectOperator(gateway, { protocol: 4 });
  const request = { host: 'node', nodeId: node.keys.deviceId, systemRunPlan: plan, twoPhase: true };
  const accepted = (await operator.request('exec.approval.request', request)) as { id: string };
  const shown = (await approver.request('exec.approval.get', { id: accepted.id })) as { commandText: string };
  const words = 'cd /tmp && /usr/bin/id -un';
  assert.equal(shown.commandText, words, 'people see the words, not the text somebody wrote');
  const waiting = operator.request('exec.approval.waitDecision', { id: accepted.id });
  await approver.request('exec.approval.resolve', { id: accepted.id.slice(0, 8), decision: 'allow-once' });
  assert.equal(Object(await waiting).decision, 'allow-once');
  const run = { command: ['/usr/bin/id', '-u'], runId: accepted.id, approved: true };
  const stranger = invoke(approver, 'system.run', run);
  await assert.rejects(stranger, /asked for by somebody else/);
  await assert.rejects(invoke(operator, 'system.run', { ...run, env: { A: '1' } }), /another environment/);
  await invoke(operator, 'system.run', run);
  const { params } = asked.at(-1) ?? assert.fail('nothing reached the node');
  assert.deepEqual(
    [params['command'], params['cwd'], params['approved'], params['systemRunPlan']],
    [plan.argv, '/tmp', true, plan],
  );
  await assert.rejects(invoke(operator, 'system.run', run), /approval required/);
});

test('an operator of protocol 3 needs no plan: the gateway has the node make one', async (t) => {
  const { gateway, asked, plan, invoke } = await nodeThatPlans(t);
  const [old, approver] = [await connectOperator(gateway), await connectOperator(gateway)];
  const answer = old.request('exec.approval.request', { command: 'id -un', host: 'node' });
  const { payload } = await whenSeen('the question', () =>
    approver.events.find(({ event }) => event === 'exec.approval.requested'),
  );
  await approver.request('exec.approval.resolve', { id: Object(payload).id, decision: 'allow-once' });
  assert.equal(Object(await answer).decision, 'allow-once');
  await invoke(old, 'system.run', { command: ['id', '-un'], approved: true });
  assert.deepEqual(
    asked.map(({ command }) => command),
    ['system.run.prepare', 'system.run'],
  );
  assert.deepEqual(asked[1]?.params['systemRunPlan'], plan);
  assert.deepEqual(asked[1]?.params['command'], plan.argv);
});

test('a node is told what is left of the time, and to stop when it is over', async (t) => {
  const { operator, asked, cancelled, node, invoke } = await nodeThatPlans(t);
  await assert.rejects(
    invoke(operator, 'system.which', { bins: [] }, 2_000),
    /TIMEOUT: node invoke timed out/,
  );
  const [call] = asked;
  assert.ok((call?.timeoutMs ?? 0) > 0 && (call?.timeoutMs ?? 0) <= 2_000);
  await whenSeen('the cancel', () => cancelled[0]);
  assert.deepEqual(cancelled, [{ invokeId: call?.id, nodeId: node.keys.deviceId }]);
});

test('a call is ended when its caller leaves and does not come back, and goes on for one that does', async (t) => {
  const { gateway, operator, asked, cancelled, node } = await nodeThatPlans(t, { comeBackMs: 5_000 });
  const call = (who: TestPeer, idempotencyKey: string) =>
    who.request('node.invoke', {
      nodeId: node.keys.deviceId,
      command: 'system.which',
      params: { bins: [] },
      timeoutMs: 120_000,
      idempotencyKey,
    });
  call(operator, 'kept').catch(() => undefined);
  call(operator, 'left').catch(() => undefined);
  await whenSeen('both calls', () => asked[1]);
  const [kept, left] = asked;
  operator.close();
  const back = await connectOperator(gateway, { protocol: 4, keys: operator.keys });
  const answer = call(back, 'kept');
  await whenSeen('the cancel', () => cancelled[0]);
  const nodeId = node.keys.deviceId;
  assert.deepEqual(cancelled, [{ invokeId: left?.id, nodeId }]);
  await node.request('node.invoke.result', { id: kept?.id, nodeId, ok: true, payload: 'whole' });
  assert.equal(Object(await answer).payload, 'whole');
  assert.equal(cancelled.length, 1);
});

test('what a caller of protocol 3 started goes on without it', async (t) => {
  const { gateway, asked, cancelled, invoke } = await nodeThatPlans(t, { comeBackMs: 1 });
  const [old, other] = [await connectOperator(gateway), await connectOperator(gateway, { protocol: 4 })];
  invoke(old, 'system.which', {}).catch(() => undefined);
  invoke(other, 'system.which', {}).catch(() => undefined);
  await whenSeen('both calls', () => asked[1]);
  old.close();
  await whenSeen('one caller gone', () => gateway.core.connections.size === 3 || undefined);
  other.close();
  await whenSeen('the cancel', () => cancelled[0]);
  assert.deepEqual(
    cancelled.map((cancel) => Object(cancel).invokeId),
    [asked[1]?.id],
  );
});

test('progress of a protocol 4 node reaches the caller that wants to see it, and nobody else', async (t) => {
  const { gateway, operator, asked, node, invoke } = await nodeThatPlans(t);
  const other = await connectOperator(gateway, { protocol: 4 });
  invoke(operator, 'system.which', { stream: true, runId: 'r1' }).catch(() => undefined);
  await whenSeen('the call', () => asked[0]);
  invoke(other, 'system.which', {}).catch(() => undefined);
  await whenSeen('the call of the other', () => asked[1]);
  const progress = (at: number, chunk: string) =>
    node.request('node.invoke.progress', {
      invokeId: asked[at]?.id,
      nodeId: node.keys.deviceId,
      seq: 0,
      chunk,
    });
  assert.deepEqual(await progress(1, 'not asked for'), { ok: true, ignored: true });
  assert.deepEqual(await progress(0, 'half'), { ok: true });
  const event = await whenSeen('the output', () =>
    operator.events.find((seen) => seen.event === 'exec.output'),
  );
  const wanted = { invokeId: asked[0]?.id, runId: 'r1', stream: 'stdout', seq: 0, text: 'half' };
  assert.deepEqual(event.payload, wanted);
  assert.ok(!other.events.some((seen) => seen.event === 'exec.output'));
});

test('what a protocol 4 node publishes is answered so that it stops asking', async (t) => {
  const gateway = await startTestGateway(t);
  const node = await connectNode(gateway, { protocol: 4 });
  for (const method of ['node.runnerInventory.update', 'node.skills.update', 'node.pluginTools.update'])
    await assert.rejects(node.request(method, {}), { message: `unknown method: ${method}` });
  await assert.rejects(node.request('node.list', {}), { message: 'unauthorized role: node' });
});

test('a missing scope is FORBIDDEN with what is needed, and as before for protocol 3', async (t) => {
  const gateway = await startTestGateway(t);
  for (const protocol of [3, 4] as const) {
    const reader = await connectOperator(gateway, { scopes: ['operator.read'], protocol });
    const thrown: unknown = await reader.request('device.pair.list', {}).catch((error: unknown) => error);
    const details = {
      code: 'MISSING_SCOPE',
      missingScope: 'operator.pairing',
      requiredScopes: ['operator.pairing'],
    };
    const message = 'missing scope: operator.pairing';
    assert.deepEqual(
      Object(thrown).shape,
      protocol === 3 ? { code: 'INVALID_REQUEST', message } : { code: 'FORBIDDEN', message, details },
    );
  }
});

test('a reader of protocol 4 sees the configuration without secrets, one of protocol 3 does not see it', async (t) => {
  const gateway = await startTestGateway(t);
  const reader = await connectOperator(gateway, { scopes: ['operator.read'], protocol: 4 });
  const shown = JSON.stringify(await reader.request('config.get', {}));
  assert.ok(!shown.includes(TOKEN), shown);
  assert.match(shown, /"mode":"local"/);
  const old = await connectOperator(gateway, { scopes: ['operator.read'] });
  await assert.rejects(old.request('config.get', {}), /missing scope: operator\.admin/);
  const admin = await connectOperator(gateway, { protocol: 4 });
  assert.ok(JSON.stringify(await admin.request('config.get', {})).includes(TOKEN));
});
