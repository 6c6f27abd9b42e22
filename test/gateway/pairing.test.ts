import assert from 'node:assert/strict';
import { test } from 'node:test';
import { generateDeviceKeys } from '../../src/protocol/host/index.ts';
import type { ConnectOutcome, DevicePairRequest, NodeEntry, PairedDevice } from '../../src/protocol/index.ts';
import { startTestGateway } from './support/gateway.ts';
import { connectNode, connectOperator, REMOTE } from './support/peers.ts';

type Pairing = { pending: DevicePairRequest[]; paired: PairedDevice[] };

test('a remote node waits, is told the request id, and is in after approval by either vocabulary', async (t) => {
  const gateway = await startTestGateway(t);
  const operator = await connectOperator(gateway);
  for (const method of ['node.pair.approve', 'device.pair.approve']) {
    const keys = generateDeviceKeys();
    const requestId = await refusedWith(connectNode(gateway, { keys, headers: REMOTE }));
    assert.equal(await refusedWith(connectNode(gateway, { keys, headers: REMOTE })), requestId);
    const { pending } = (await operator.request('node.pair.list')) as { pending: { requestId: string }[] };
    assert.ok(pending.some((request) => request.requestId === requestId));
    await operator.request(method, { requestId });
    const node = await connectNode(gateway, { keys, headers: REMOTE });
    assert.equal(node.hello.auth?.role, 'node');
    assert.match(node.hello.auth?.deviceToken ?? '', /^[0-9a-f]{32}$/);
  }
  assert.equal(operator.events.filter(({ event }) => event === 'device.pair.requested').length, 2);
});

test('a device token opens the door without the shared token, until it is rotated or revoked', async (t) => {
  const gateway = await startTestGateway(t);
  const operator = await connectOperator(gateway);
  const keys = generateDeviceKeys();
  const first = await connectNode(gateway, { keys });
  const token = first.hello.auth?.deviceToken ?? '';
  const second = await connectNode(gateway, { keys, token, headers: REMOTE });
  assert.equal(second.hello.auth?.deviceToken, token);
  await operator.request('device.token.rotate', { deviceId: keys.deviceId, role: 'node' });
  await assert.rejects(connectNode(gateway, { keys, token, headers: REMOTE }), /gateway token mismatch/);
});

test('revoking a token closes the live connections of that device and role, and no others', async (t) => {
  const gateway = await startTestGateway(t);
  const keys = generateDeviceKeys();
  const operator = await connectOperator(gateway, { keys });
  const node = await connectNode(gateway, { keys });
  await operator.request('device.token.revoke', { deviceId: keys.deviceId, role: 'node' });
  assert.deepEqual(await node.closed, { code: 4001, reason: 'device token revoked' });
  assert.ok(await operator.request('health'));
});

test('a removed device is cut off and has to be paired again', async (t) => {
  const gateway = await startTestGateway(t);
  const operator = await connectOperator(gateway);
  const keys = generateDeviceKeys();
  const node = await connectNode(gateway, { keys });
  await operator.request('device.pair.remove', { deviceId: keys.deviceId });
  assert.equal((await node.closed).code, 4001);
  await refusedWith(connectNode(gateway, { keys, headers: REMOTE }));
});

test('a local connect does not slip past a question that is already open about the device', async (t) => {
  const gateway = await startTestGateway(t);
  const keys = generateDeviceKeys();
  const requestId = await refusedWith(connectOperator(gateway, { keys, headers: REMOTE }));
  assert.equal(await refusedWith(connectOperator(gateway, { keys })), requestId);
});

test('nobody approves more than they hold', async (t) => {
  const gateway = await startTestGateway(t);
  const admin = await connectOperator(gateway);
  const helper = await connectOperator(gateway, { scopes: ['operator.pairing'] });
  const requestId = await refusedWith(connectOperator(gateway, { headers: REMOTE }));
  await assert.rejects(helper.request('device.pair.approve', { requestId }), /missing scope: operator.admin/);
  await assert.rejects(
    helper.request('device.token.rotate', {
      deviceId: helper.keys.deviceId,
      role: 'operator',
      scopes: ['operator.admin'],
    }),
    /missing scope: operator.admin/,
  );
  const rotation = { deviceId: admin.keys.deviceId, role: 'operator' };
  await assert.rejects(helper.request('device.token.rotate', rotation), /missing scope: operator.admin/);
  await admin.request('device.pair.approve', { requestId });
});

test('a paired reader that asks for more is refused and keeps what it had', async (t) => {
  const gateway = await startTestGateway(t);
  const admin = await connectOperator(gateway);
  const keys = generateDeviceKeys();
  const requestId = await refusedWith(
    connectOperator(gateway, { keys, headers: REMOTE, scopes: ['operator.read'] }),
  );
  await admin.request('device.pair.approve', { requestId });
  await refusedWith(connectOperator(gateway, { keys, headers: REMOTE, scopes: ['operator.admin'] }));
  // Asking for nothing means operator.admin, which a reader does not get by omission either.
  await refusedWith(connectOperator(gateway, { keys, headers: REMOTE, scopes: [] }));
  const reader = await connectOperator(gateway, { keys, headers: REMOTE, scopes: ['operator.read'] });
  await assert.rejects(reader.request('config.get'), /missing scope: operator.admin/);
});

test('rejects, lists and forgets', async (t) => {
  const gateway = await startTestGateway(t);
  const operator = await connectOperator(gateway);
  const requestId = await refusedWith(connectNode(gateway, { headers: REMOTE }));
  const before = (await operator.request('device.pair.list')) as Pairing;
  assert.deepEqual(
    before.pending.map((request) => request.requestId),
    [requestId],
  );
  assert.ok(!JSON.stringify(before).includes('token":'), 'lists never carry tokens');
  await operator.request('node.pair.reject', { requestId });
  await assert.rejects(operator.request('node.pair.approve', { requestId }), /unknown requestId/);
  await assert.rejects(operator.request('device.pair.reject', { requestId }), /unknown requestId/);
});

test('renames a node that connected', async (t) => {
  const gateway = await startTestGateway(t);
  const operator = await connectOperator(gateway);
  const node = await connectNode(gateway, { displayName: 'old' });
  const { deviceId } = node.keys;
  await operator.request('node.rename', { nodeId: deviceId, displayName: ' new ' });
  const { nodes } = (await operator.request('node.list')) as { nodes: NodeEntry[] };
  assert.equal(nodes[0]?.displayName, 'new');
  await assert.rejects(
    operator.request('node.rename', { nodeId: 'nobody', displayName: 'x' }),
    /unknown nodeId/,
  );
  await assert.rejects(
    operator.request('node.rename', { nodeId: deviceId, displayName: ' ' }),
    /displayName required/,
  );
});

test('pairing survives a restart of the gateway', async (t) => {
  const first = await startTestGateway(t);
  const keys = generateDeviceKeys();
  await connectNode(first, { keys });
  await first.stop({ reason: 'gateway restarting', restartExpectedMs: 1500, graceMs: 0 });
  const second = await startTestGateway(t, { paths: first.core.paths });
  await connectNode(second, { keys, headers: REMOTE });
});

async function refusedWith(attempt: Promise<unknown>): Promise<string> {
  const outcome: ConnectOutcome = await attempt.then(
    () => assert.fail('it was let in'),
    (thrown) => thrown.outcome,
  );
  assert.equal(outcome.kind, 'refused');
  if (outcome.kind !== 'refused') return '';
  assert.equal(outcome.error.code, 'NOT_PAIRED');
  assert.deepEqual(outcome.close, { code: 1008, reason: 'pairing required' });
  // Just compared: a NOT_PAIRED refusal of this gateway carries the request id.
  return (outcome.error.details as { requestId: string }).requestId;
}
