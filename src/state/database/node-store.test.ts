import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { temporaryPath } from '../../../test/state/temporary-path.ts';
import { openDatabase, type Store } from './open.ts';
import { PENDING_LIFE_MS } from './pairing-types.ts';

const SURFACE = { caps: ['system'], commands: ['system.run', 'system.which'], permissions: {} };
const LEGACY = {
  nodeId: 'legacy-1',
  displayName: 'Legacy One',
  platform: 'linux',
  version: '1.0',
  caps: ['system'],
};

function freshStore(t: TestContext): Store {
  const store = openDatabase(temporaryPath(t, 'db.sqlite'));
  t.after(() => store.close());
  return store;
}

function askAsNode(store: Store, now: number): string {
  const ask = { deviceId: 'd1', publicKey: 'k', role: 'node', scopes: [], silent: false, displayName: 'Box' };
  return store.devices.request(ask, now).request.requestId;
}

test('one list shows devices that wait, surfaces that wait and legacy requests', (t) => {
  const store = freshStore(t);
  store.nodes.approve(askAsNode(store, 1), { now: 1, via: 'owner' });
  store.nodes.requestSurface({ nodeId: 'd1', ...SURFACE }, 2);
  store.devices.request({ deviceId: 'd2', publicKey: 'k2', role: 'node', scopes: [], silent: false }, 3);
  store.devices.request({ deviceId: 'd3', publicKey: 'k3', role: 'operator', scopes: [], silent: false }, 4);
  store.nodes.requestLegacy(LEGACY, 5);
  const seen = store.nodes.listPending(6).map(({ nodeId, source }) => [nodeId, source]);
  assert.deepEqual(seen, [
    ['legacy-1', 'legacy'],
    ['d2', 'device'],
    ['d1', 'surface'],
  ]);
});

test('nodes approve acts on the device store', (t) => {
  const store = freshStore(t);
  const approval = store.nodes.approve(askAsNode(store, 1), { now: 2, via: 'owner' });
  assert.ok(approval.kind === 'approved' && approval.source === 'device');
  assert.equal(approval.node.displayName, 'Box');
  assert.deepEqual(store.devices.get('d1')?.roles, ['node']);
  assert.deepEqual(store.devices.listPending(3), []);
});

test('a surface request does not expire, keeps its id for the same offer, and its approval is remembered', (t) => {
  const { nodes, devices, ...store } = freshStore(t);
  nodes.approve(askAsNode({ nodes, devices, ...store }, 1), { now: 1, via: 'owner' });
  const first = nodes.requestSurface({ nodeId: 'd1', ...SURFACE }, 2);
  const again = nodes.requestSurface(
    { nodeId: 'd1', ...SURFACE, commands: ['system.which', 'system.run'] },
    3,
  );
  assert.deepEqual([first.created, again.created], [true, false]);
  const wider = nodes.requestSurface(
    { nodeId: 'd1', ...SURFACE, commands: [...SURFACE.commands, 'browser.proxy'] },
    4,
  );
  assert.notEqual(wider.request.requestId, first.request.requestId);
  assert.deepEqual(nodes.approve(first.request.requestId, { now: 5, via: 'owner' }), { kind: 'unknown' });
  const late = 4 + 1_000 * PENDING_LIFE_MS;
  const approval = nodes.approve(wider.request.requestId, { now: late, via: 'owner' });
  assert.ok(approval.kind === 'approved' && approval.source === 'surface');
  assert.deepEqual(devices.get('d1')?.surface?.commands, [...SURFACE.commands, 'browser.proxy']);
  assert.deepEqual(nodes.listPending(late), []);
});

test('a surface request can be withdrawn when the offer fits again', (t) => {
  const store = freshStore(t);
  store.nodes.approve(askAsNode(store, 1), { now: 1, via: 'owner' });
  store.nodes.requestSurface({ nodeId: 'd1', ...SURFACE }, 2);
  assert.equal(store.nodes.clearSurfaceRequest('d1'), true);
  assert.equal(store.nodes.clearSurfaceRequest('d1'), false);
});

test('legacy nodes: asked twice, approved once, verified by token, gone after removal', (t) => {
  const { nodes } = freshStore(t);
  const first = nodes.requestLegacy(LEGACY, 1);
  assert.deepEqual(nodes.requestLegacy({ ...LEGACY, displayName: 'x' }, 2), {
    request: first.request,
    created: false,
  });
  assert.equal(first.request.isRepair, false);
  const approval = nodes.approve(first.request.requestId, { now: 3, via: 'owner' });
  assert.ok(approval.kind === 'approved' && approval.source === 'legacy');
  assert.match(approval.token, /^[0-9a-f]{32}$/);
  assert.equal(nodes.verifyLegacy('legacy-1', approval.token)?.displayName, 'Legacy One');
  assert.equal(nodes.verifyLegacy('legacy-1', 'wrong'), undefined);
  assert.equal(nodes.verifyLegacy('nobody', approval.token), undefined);
  assert.equal(JSON.stringify(nodes.listPaired()).includes(approval.token), false);
  assert.equal(nodes.listLegacy()[0]?.token, approval.token);
  assert.equal(nodes.rename('legacy-1', 'New'), true);
  assert.equal(nodes.get('legacy-1')?.displayName, 'New');
  assert.equal(nodes.remove('legacy-1'), 'removed');
  assert.equal(nodes.remove('legacy-1'), 'unknown');
});

test('a legacy request expires after five minutes', (t) => {
  const { nodes } = freshStore(t);
  const { request } = nodes.requestLegacy(LEGACY, 0);
  assert.deepEqual(nodes.approve(request.requestId, { now: PENDING_LIFE_MS, via: 'owner' }), {
    kind: 'unknown',
  });
  assert.deepEqual(nodes.listPending(PENDING_LIFE_MS), []);
  assert.notEqual(nodes.requestLegacy(LEGACY, PENDING_LIFE_MS).request.requestId, request.requestId);
});

test('rejecting works for every kind, and an unknown id is an answer', (t) => {
  const store = freshStore(t);
  const ids = [askAsNode(store, 1), store.nodes.requestLegacy(LEGACY, 1).request.requestId];
  for (const id of ids) assert.equal(store.nodes.reject(id, 2).kind, 'rejected');
  assert.deepEqual(store.nodes.reject(ids[0] ?? '', 2), { kind: 'unknown' });
  assert.deepEqual(store.nodes.approve('nobody', { now: 2, via: 'owner' }), { kind: 'unknown' });
});

test('a paired device can be renamed and removed as a node', (t) => {
  const store = freshStore(t);
  store.nodes.approve(askAsNode(store, 1), { now: 1, via: 'owner' });
  assert.equal(store.nodes.rename('d1', 'Garage'), true);
  assert.equal(store.nodes.get('d1')?.displayName, 'Garage');
  assert.equal(store.nodes.rename('nobody', 'x'), false);
  assert.equal(store.nodes.remove('d1'), 'removed');
  assert.equal(store.devices.get('d1'), undefined);
});
