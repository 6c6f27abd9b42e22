import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { generateDeviceKeys } from '../../src/protocol/host/index.ts';
import { type InvokeRequest, RequestError } from '../../src/protocol/index.ts';
import { PATIENCE_MS } from '../patience.ts';
import { startTestGateway } from './support/gateway.ts';
import { connectNode, connectOperator, type TestPeer } from './support/peers.ts';

type Answer = Record<string, unknown> | undefined;

/** A node whose answers the test decides; undefined = no answer. */
async function makeNode(
  t: TestContext,
  answer: (request: InvokeRequest) => Answer = () => ({ ok: true }),
  setup: { gateway?: object; commands?: string[] } = {},
) {
  const gateway = await startTestGateway(t, setup.gateway === undefined ? {} : { gateway: setup.gateway });
  const operator = await connectOperator(gateway);
  const seen: InvokeRequest[] = [];
  const node = await connectNode(gateway, {
    ...(setup.commands === undefined ? {} : { commands: setup.commands }),
    onEvent: ({ event, payload }, connection) => {
      if (event !== 'node.invoke.request') return;
      // The gateway's own frame; its shape is what the tests below compare.
      const request = payload as InvokeRequest;
      seen.push(request);
      const result = answer(request);
      if (result === undefined) return;
      void connection?.request('node.invoke.result', { id: request.id, nodeId: request.nodeId, ...result });
    },
  });
  const { deviceId } = node.keys;
  const invoke = (command: string, idempotencyKey: string, extra: object = {}, who: TestPeer = operator) =>
    who.request('node.invoke', { nodeId: deviceId, command, idempotencyKey, ...extra });
  return { gateway, operator, node, seen, invoke, nodeId: deviceId };
}

async function errorOf(call: Promise<unknown>): Promise<unknown> {
  const thrown = await call.then(
    () => assert.fail('it succeeded'),
    (error) => error,
  );
  assert.ok(thrown instanceof RequestError);
  return thrown.shape;
}

test('passes a call on to the node and its answer back', async (t) => {
  const { invoke, seen, nodeId } = await makeNode(t, ({ paramsJSON }) => ({
    ok: true,
    payloadJSON: paramsJSON,
  }));
  const answer = await invoke('system.which', 'k1', { params: { bins: ['sh'] }, timeoutMs: 5000 });
  const payload = { bins: ['sh'] };
  assert.deepEqual(answer, {
    ok: true,
    nodeId,
    command: 'system.which',
    payload,
    payloadJSON: '{"bins":["sh"]}',
  });
  const [{ id: _id, idempotencyKey, ...request } = { id: '' }] = seen;
  // One key of one caller, and not to be guessed by another one.
  assert.match(String(idempotencyKey), /^[\w-]{43}$/);
  assert.deepEqual(request, {
    nodeId,
    command: 'system.which',
    paramsJSON: '{"bins":["sh"]}',
    timeoutMs: 5000,
  });
});

test('gives the errors of the reference', async (t) => {
  const { gateway, operator, invoke, nodeId } = await makeNode(
    t,
    ({ command }) =>
      command === 'system.notify'
        ? { ok: false, error: { code: 'UNAVAILABLE', message: 'no screen' } }
        : undefined,
    { commands: ['system.which', 'system.notify', 'system.execApprovals.set', 'camera.snap'] },
  );
  const refusal = (reason: string, command: string) => ({
    code: 'INVALID_REQUEST',
    message: 'node command not allowed',
    details: { reason, command },
  });
  const base = { idempotencyKey: 'x' };
  assert.deepEqual(await errorOf(operator.request('node.invoke', { ...base, nodeId: ' ', command: 'a' })), {
    code: 'INVALID_REQUEST',
    message: 'nodeId and command required',
  });
  assert.deepEqual(
    await errorOf(operator.request('node.invoke', { ...base, nodeId: 'nobody', command: 'a' })),
    {
      code: 'UNAVAILABLE',
      message: 'node not connected',
      details: { code: 'NOT_CONNECTED' },
    },
  );
  assert.deepEqual(
    await errorOf(invoke('camera.snap', 'a')),
    refusal('command not allowlisted', 'camera.snap'),
  );
  assert.deepEqual(
    await errorOf(invoke('system.run', 'b')),
    refusal('command not declared by node', 'system.run'),
  );
  assert.deepEqual(
    await errorOf(invoke('system.execApprovals.set', 'c')),
    refusal('use exec.approvals.node.set', 'system.execApprovals.set'),
  );
  assert.deepEqual(await errorOf(invoke('system.notify', 'd')), {
    code: 'UNAVAILABLE',
    message: 'no screen',
    details: { nodeError: { code: 'UNAVAILABLE', message: 'no screen' } },
  });
  assert.deepEqual(await errorOf(invoke('system.which', 'e', { timeoutMs: 30 })), {
    code: 'UNAVAILABLE',
    message: 'node invoke timed out',
    details: { nodeError: { code: 'TIMEOUT', message: 'node invoke timed out' } },
  });
  const bare = await connectNode(gateway, { commands: [] });
  assert.deepEqual(
    await errorOf(
      operator.request('node.invoke', { ...base, nodeId: bare.keys.deviceId, command: 'system.which' }),
    ),
    refusal('node did not declare commands', 'system.which'),
  );
  assert.notEqual(nodeId, bare.keys.deviceId);
});

test('a node that goes away fails its calls at once', async (t) => {
  const { invoke, node, seen } = await makeNode(t, () => undefined);
  const call = errorOf(invoke('system.which', 'k'));
  await until(() => seen.length === 1);
  node.close();
  assert.deepEqual(await call, { code: 'UNAVAILABLE', message: 'Error: node disconnected (system.which)' });
});

test('a late, a foreign and an unknown answer are acknowledged and ignored', async (t) => {
  const { gateway, invoke, node, seen, nodeId } = await makeNode(t, () => undefined);
  await errorOf(invoke('system.which', 'k', { timeoutMs: 20 }));
  const late = { id: seen[0]?.id ?? '', nodeId, ok: true };
  assert.deepEqual(await node.request('node.invoke.result', late), { ok: true, ignored: true });
  const call = invoke('system.which', 'k2');
  await until(() => seen.length === 2);
  const stranger = await connectNode(gateway);
  const forged = { id: seen[1]?.id ?? '', nodeId: stranger.keys.deviceId, ok: true, payload: 'forged' };
  assert.deepEqual(await stranger.request('node.invoke.result', forged), { ok: true, ignored: true });
  await assert.rejects(stranger.request('node.invoke.result', { ...forged, nodeId }), /nodeId mismatch/);
  await node.request('node.invoke.result', { id: seen[1]?.id, nodeId, ok: true, payload: 'real' });
  assert.equal(((await call) as { payload: unknown }).payload, 'real');
});

test('one key runs once: while running, afterwards, on another connection, and with the answer it failed with', async (t) => {
  let count = 0;
  const { gateway, operator, invoke, seen } = await makeNode(
    t,
    ({ command }) => {
      count += 1;
      return command === 'system.notify'
        ? { ok: false, error: { code: 'UNAVAILABLE', message: 'no screen' } }
        : { ok: true, payload: count };
    },
    { commands: ['system.which', 'system.run', 'system.notify'] },
  );
  const both = await Promise.all([invoke('system.which', 'k'), invoke('system.which', 'k')]);
  assert.deepEqual(both[0], both[1]);
  const again = await connectOperator(gateway, { keys: operator.keys });
  assert.deepEqual(await invoke('system.which', 'k', {}, again), both[0]);
  assert.equal(seen.length, 1);
  const first = await errorOf(invoke('system.notify', 'n'));
  assert.deepEqual(await errorOf(invoke('system.notify', 'n')), first);
  assert.equal(seen.length, 2);
  assert.match(
    JSON.stringify(await errorOf(invoke('system.which', 'k', { params: { other: 1 } }))),
    /idempotencyKey was used for another request/,
  );
  const stranger = await connectOperator(gateway);
  assert.notDeepEqual(await invoke('system.which', 'k', {}, stranger), both[0]);
});

test('a key of system.run does not run again after a restart', async (t) => {
  const runs: string[] = [];
  const { gateway, operator, invoke, nodeId, node } = await makeNode(t, ({ command }) => {
    runs.push(command);
    return { ok: true, payloadJSON: '{"exitCode":0}' };
  });
  const params = { params: { command: ['true'] } };
  const answer = await invoke('system.run', 'once', params);
  await gateway.stop({ reason: 'gateway restarting', graceMs: 0 });
  const second = await startTestGateway(t, { paths: gateway.core.paths });
  const back = await connectOperator(second, { keys: operator.keys });
  await connectNode(second, { keys: node.keys });
  const call = { nodeId, command: 'system.run', idempotencyKey: 'once', ...params };
  assert.deepEqual(await back.request('node.invoke', call), answer);
  assert.equal(runs.length, 1);
});

test('a run that was going on when the gateway died is never repeated', async (t) => {
  const { gateway, operator, invoke, node, nodeId, seen } = await makeNode(t, () => undefined);
  const params = { params: { command: ['sleep', '60'] } };
  const call = invoke('system.run', 'lost', params);
  call.catch(() => {});
  await until(() => seen.length === 1);
  // What a kill leaves behind: the claim is on disk, the end is not.
  const second = await startTestGateway(t, { paths: gateway.core.paths });
  const back = await connectOperator(second, { keys: operator.keys });
  await connectNode(second, { keys: node.keys });
  const error = await errorOf(
    back.request('node.invoke', { nodeId, command: 'system.run', idempotencyKey: 'lost', ...params }),
  );
  assert.match(JSON.stringify(error), /outcome is no longer known/);
});

test('cancels a running call for its requester only, and forwards output to it', async (t) => {
  const { gateway, operator, invoke, node, nodeId, seen } = await makeNode(t, () => undefined);
  const call = invoke('system.run', 'c', { params: { command: ['sleep', '9'], stream: true, runId: 'r' } });
  await until(() => seen.length === 1);
  const chunk = { invokeId: seen[0]?.id, runId: 'r', stream: 'stdout', seq: 0, text: 'hello' };
  await node.request('node.event', { event: 'exec.output', payloadJSON: JSON.stringify(chunk) });
  await until(() => operator.events.some(({ event }) => event === 'exec.output'));
  assert.deepEqual(operator.events.find(({ event }) => event === 'exec.output')?.payload, chunk);
  const stranger = await connectOperator(gateway);
  const cancel = { nodeId, idempotencyKey: 'c' };
  assert.deepEqual(await stranger.request('node.invoke.cancel', cancel), { ok: true, cancelled: false });
  assert.deepEqual(await operator.request('node.invoke.cancel', cancel), { ok: true, cancelled: true });
  await until(() => node.events.some(({ event }) => event === 'node.invoke.cancel'));
  await node.request('node.invoke.result', { id: seen[0]?.id, nodeId, ok: true, payload: 'ended' });
  assert.equal(((await call) as { payload: unknown }).payload, 'ended');
  assert.ok(!stranger.events.some(({ event }) => event === 'exec.output'));
});

test('approvals: what a caller claims is taken out, what people allowed is put in, once', async (t) => {
  const { gateway, operator, seen, invoke } = await makeNode(t);
  const approver = await connectOperator(gateway);
  const sent = () => JSON.parse(seen.at(-1)?.paramsJSON ?? '{}');
  const command = ['sh', '-c', 'echo out'];
  const claim = { params: { command, agentId: 'main', approved: true, approvalDecision: 'allow-always' } };
  await invoke('system.run', 'k0', claim);
  assert.deepEqual(sent(), { command, agentId: 'main' });
  const ask = (extra: object = {}) =>
    operator.request('exec.approval.request', { command: 'sh -c echo out', agentId: 'main', ...extra });
  const decide = async (decision: string) => {
    await until(() => gateway.core.desk.list().length === 1);
    const [open] = gateway.core.desk.list();
    await approver.request('exec.approval.resolve', { id: open?.id, decision });
  };
  const [answer] = await Promise.all([ask(), decide('allow-once')]);
  assert.equal((answer as { decision: string }).decision, 'allow-once');
  // Somebody else, other words, another directory, variables nobody saw: the answer does not fit.
  const stranger = await connectOperator(gateway);
  await invoke('system.run', 's', claim, stranger);
  assert.equal(sent().approved, undefined);
  for (const [key, params] of Object.entries({
    words: { ...claim.params, command: ['sh', '-c', 'echo other'] },
    cwd: { ...claim.params, cwd: '/tmp' },
    env: { ...claim.params, env: { BASH_ENV: '/tmp/x' } },
    shell: { ...claim.params, rawCommand: 'sh -c echo out' },
    agent: { ...claim.params, agentId: 'other' },
  })) {
    await invoke('system.run', key, { params });
    assert.equal(sent().approved, undefined, key);
  }
  // The same device on another connection, as the real CLI does.
  const later = await connectOperator(gateway, { keys: operator.keys });
  await invoke('system.run', 'k1', claim, later);
  assert.deepEqual(sent(), { command, agentId: 'main', approved: true, approvalDecision: 'allow-once' });
  await invoke('system.run', 'k2', claim);
  assert.equal(sent().approved, undefined, 'used up');
  await Promise.all([ask(), decide('deny')]);
  await invoke('system.run', 'k3', claim);
  assert.equal(sent().approved, undefined, 'denied');
});

test('approvals: an answer bound to node and arguments fits nothing else', async (t) => {
  const { gateway, operator, seen, invoke, nodeId } = await makeNode(t);
  const command = ['printf', 'a b'];
  const ask = operator.request('exec.approval.request', {
    command: 'printf a b',
    commandArgv: command,
    nodeId,
    id: 'mine',
  });
  await until(() => gateway.core.desk.list().length === 1);
  await assert.rejects(
    operator.request('exec.approval.request', { command: 'x', id: 'mine' }),
    /approval id already pending/,
  );
  await assert.rejects(
    operator.request('exec.approval.resolve', { id: 'mine', decision: 'maybe' }),
    /invalid decision/,
  );
  await assert.rejects(
    operator.request('exec.approval.resolve', { id: 'nope', decision: 'deny' }),
    /unknown approval id/,
  );
  await operator.request('exec.approval.resolve', { id: 'mine', decision: 'allow-always' });
  await assert.rejects(
    operator.request('exec.approval.resolve', { id: 'mine', decision: 'deny' }),
    /approval already answered: allow-always by /,
  );
  assert.equal(((await ask) as { decision: string }).decision, 'allow-always');
  await invoke('system.run', 'k1', { params: { command: ['printf', 'a', 'b'], approved: true } });
  assert.equal(JSON.parse(seen.at(-1)?.paramsJSON ?? '').approved, undefined);
  await invoke('system.run', 'k2', { params: { command, approved: true } });
  assert.equal(JSON.parse(seen.at(-1)?.paramsJSON ?? '').approvalDecision, 'allow-always');
});

test('approvals: without anybody to ask, a caller that wants to know is told at once', async (t) => {
  const gateway = await startTestGateway(t);
  const operator = await connectOperator(gateway);
  const answer = await operator.request('exec.approval.request', {
    command: 'x',
    requireDeliveryRoute: true,
  });
  assert.equal((answer as { terminalReason: string }).terminalReason, 'no-route');
  const timedOut = await operator.request('exec.approval.request', { command: 'x', timeoutMs: 20 });
  assert.equal((timedOut as { decision: null }).decision, null);
  assert.ok(!operator.events.some(({ event }) => event === 'exec.approval.resolved'));
});

test('reads and writes the approvals of a node through the node, and reports its errors', async (t) => {
  const { operator, nodeId } = await makeNode(t, ({ command }) =>
    command === 'system.execApprovals.get'
      ? { ok: true, payloadJSON: '{"path":"p","exists":false,"hash":"h","file":{"version":1}}' }
      : { ok: false, error: { code: 'INVALID_REQUEST', message: 'Error: INVALID_REQUEST: stale' } },
  );
  const snapshot = await operator.request('exec.approvals.node.get', { nodeId });
  assert.deepEqual(snapshot, { path: 'p', exists: false, hash: 'h', file: { version: 1 } });
  assert.deepEqual(
    await errorOf(operator.request('exec.approvals.node.set', { nodeId, file: { version: 1 } })),
    {
      code: 'UNAVAILABLE',
      message: 'Error: INVALID_REQUEST: stale',
      details: { nodeError: { code: 'INVALID_REQUEST', message: 'Error: INVALID_REQUEST: stale' } },
    },
  );
  assert.deepEqual(await errorOf(operator.request('exec.approvals.node.get', { nodeId: 'nobody' })), {
    code: 'UNAVAILABLE',
    message: 'node not connected',
    details: { nodeError: { code: 'NOT_CONNECTED', message: 'node not connected' } },
  });
});

test('a caller that asks faster than a node reads gets an error; the node stays', async (t) => {
  const { gateway, invoke, node, nodeId } = await makeNode(t);
  const connection = gateway.core.nodes.serving(nodeId);
  assert.ok(connection);
  Object.defineProperty(connection, 'isSlow', { get: () => true, configurable: true });
  assert.deepEqual(await errorOf(invoke('system.which', 'k')), {
    code: 'UNAVAILABLE',
    message: 'node does not keep up',
    details: { code: 'NODE_BUSY' },
  });
  Object.defineProperty(connection, 'isSlow', { get: () => false });
  assert.deepEqual(await node.request('skills.bins'), { bins: [] });
});

test('two devices never meet under one key', async (t) => {
  const { gateway, invoke, seen } = await makeNode(t, () => ({ ok: true }));
  const a = await connectOperator(gateway, { keys: generateDeviceKeys() });
  const b = await connectOperator(gateway, { keys: generateDeviceKeys() });
  await Promise.all([invoke('system.which', 'same', {}, a), invoke('system.which', 'same', {}, b)]);
  assert.equal(seen.length, 2);
  // A node remembers keys as well, and would give one device what the other one ran.
  assert.equal(new Set(seen.map(({ idempotencyKey }) => idempotencyKey)).size, 2);
});

async function until(isTrue: () => boolean): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (!isTrue()) {
    if (Date.now() > deadline) throw new Error('it did not become true');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
