import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { temporaryPath } from '../../../test/state/temporary-path.ts';
import { openDatabase, type Store } from './open.ts';
import { pairingReason } from './pairing-reason.ts';
import type { DeviceAsk } from './pairing-types.ts';

const MINUTE = 60_000;
const ASK: DeviceAsk = {
  deviceId: 'd1',
  publicKey: 'key-1',
  role: 'node',
  scopes: [],
  platform: 'linux',
  silent: false,
};

function freshStore(t: TestContext): Store {
  const store = openDatabase(temporaryPath(t, 'db.sqlite'));
  t.after(() => store.close());
  return store;
}

function pair(store: Store, ask: DeviceAsk, now: number): ReturnType<Store['devices']['approve']> {
  return store.devices.approve(store.devices.request(ask, now).request.requestId, { now, via: 'owner' });
}

test('the same wish again keeps its id and lives on', (t) => {
  const { devices } = freshStore(t);
  const first = devices.request(ASK, 0);
  const again = devices.request({ ...ASK, remoteIp: '10.0.0.9' }, 4 * MINUTE);
  assert.equal(first.created, true);
  assert.equal(again.created, false);
  assert.equal(again.request.requestId, first.request.requestId);
  assert.equal(devices.listPending(8 * MINUTE).length, 1);
  assert.equal(devices.listPending(9 * MINUTE).length, 0);
});

test('an expired request cannot be approved or rejected', (t) => {
  const { devices } = freshStore(t);
  const { request } = devices.request(ASK, 0);
  assert.equal(devices.getPending(request.requestId, 5 * MINUTE - 1)?.requestId, request.requestId);
  assert.deepEqual(devices.approve(request.requestId, { now: 5 * MINUTE, via: 'owner' }), {
    kind: 'unknown',
  });
  assert.deepEqual(devices.reject(request.requestId, 5 * MINUTE), { kind: 'unknown' });
  assert.equal(devices.get('d1'), undefined);
});

test('a changed wish of the same role replaces the open one, so what was shown is what is approved', (t) => {
  const { devices } = freshStore(t);
  const modest = devices.request({ ...ASK, role: 'operator', scopes: ['operator.read'] }, 0);
  const greedy = devices.request({ ...ASK, role: 'operator', scopes: ['operator.admin'] }, 1);
  assert.equal(greedy.replaced, modest.request.requestId);
  assert.deepEqual(devices.approve(modest.request.requestId, { now: 2, via: 'owner' }), { kind: 'unknown' });
});

test('a wish for another role waits behind the open one', (t) => {
  const { devices } = freshStore(t);
  const asNode = devices.request(ASK, 0);
  const asOperator = devices.request({ ...ASK, role: 'operator', scopes: ['operator.read'] }, 1);
  assert.equal(asOperator.created, false);
  assert.equal(asOperator.request.requestId, asNode.request.requestId);
  assert.equal(asOperator.request.role, 'node');
});

test('approval makes the record, unions roles and scopes, and issues a token with sorted scopes', (t) => {
  const store = freshStore(t);
  const first = pair(store, ASK, 1_000);
  assert.equal(first.kind, 'approved');
  const second = pair(
    store,
    { ...ASK, role: 'operator', scopes: ['operator.write', 'operator.read'] },
    2_000,
  );
  assert.ok(second.kind === 'approved');
  assert.deepEqual(second.device.roles, ['node', 'operator']);
  assert.deepEqual(second.token.scopes, ['operator.read', 'operator.write']);
  assert.match(second.token.token, /^[0-9a-f]{32}$/);
  assert.equal(second.request.isRepair, true);
  assert.equal(second.device.createdAtMs, 1_000);
  assert.equal(second.device.approvedAtMs, 2_000);
  assert.deepEqual(
    second.device.tokens.map(({ role }) => role),
    ['node', 'operator'],
  );
  assert.equal(JSON.stringify(store.devices.listPaired()).includes(second.token.token), false);
});

test('an unknown request id is an answer, not an exception', (t) => {
  const { devices } = freshStore(t);
  assert.deepEqual(devices.approve('nobody', { now: 1, via: 'owner' }), { kind: 'unknown' });
  assert.deepEqual(devices.reject('nobody', 1), { kind: 'unknown' });
});

test('a device with another key under the same id starts from nothing', (t) => {
  const store = freshStore(t);
  pair(store, { ...ASK, role: 'operator', scopes: ['operator.admin'] }, 1);
  const approval = pair(store, { ...ASK, publicKey: 'key-2' }, 2);
  assert.ok(approval.kind === 'approved');
  assert.deepEqual(
    [approval.device.roles, approval.device.scopes, approval.device.publicKey],
    [['node'], [], 'key-2'],
  );
});

test('tokens: accepted, wrong, of another role, too narrow, rotated out, revoked', (t) => {
  const store = freshStore(t);
  const { devices } = store;
  const approval = pair(store, { ...ASK, role: 'operator', scopes: ['operator.read'] }, 1);
  assert.ok(approval.kind === 'approved');
  const { token } = approval.token;
  const check = (change: Partial<Parameters<typeof devices.checkToken>[0]> = {}): string =>
    devices.checkToken({
      deviceId: 'd1',
      role: 'operator',
      scopes: ['operator.read'],
      now: 5,
      token,
      ...change,
    });
  assert.equal(check(), 'accepted');
  assert.equal(devices.listTokens('d1')[0]?.lastUsedAtMs, 5);
  assert.equal(check({ token: `${token}x` }), 'mismatch');
  assert.equal(check({ token: '' }), 'mismatch');
  assert.equal(check({ role: 'node' }), 'unknown');
  assert.equal(check({ deviceId: 'd2' }), 'unknown');
  assert.equal(check({ scopes: ['operator.admin'] }), 'scope');
  const rotated = devices.rotateToken({ deviceId: 'd1', role: 'operator', now: 6 });
  assert.equal(check(), 'mismatch');
  assert.equal(check({ token: rotated?.token ?? '' }), 'accepted');
  assert.equal(rotated?.rotatedAtMs, 6);
  assert.equal(rotated?.createdAtMs, 1);
  assert.equal(devices.revokeToken('d1', 'operator', 7), 7);
  assert.equal(devices.revokeToken('d1', 'operator', 8), 7);
  assert.equal(check({ token: rotated?.token ?? '' }), 'revoked');
});

test('ensureToken returns the present token, and a new one when it is revoked or too narrow', (t) => {
  const store = freshStore(t);
  const { devices } = store;
  const approval = pair(store, { ...ASK, role: 'operator', scopes: ['operator.read'] }, 1);
  assert.ok(approval.kind === 'approved');
  const ask = { deviceId: 'd1', role: 'operator', scopes: ['operator.read'], now: 9 };
  assert.equal(devices.ensureToken(ask).token, approval.token.token);
  const wider = devices.ensureToken({ ...ask, scopes: ['operator.admin'] });
  assert.notEqual(wider.token, approval.token.token);
  devices.revokeToken('d1', 'operator', 10);
  const renewed = devices.ensureToken({ ...ask, scopes: ['operator.admin'], now: 11 });
  assert.notEqual(renewed.token, wider.token);
  assert.equal(renewed.revokedAtMs, undefined);
});

test('rotation with scopes replaces those of the device too, and an unknown device is undefined', (t) => {
  const store = freshStore(t);
  pair(store, ASK, 1);
  const rotated = store.devices.rotateToken({
    deviceId: 'd1',
    role: 'viewer',
    scopes: ['operator.read'],
    now: 2,
  });
  assert.deepEqual(rotated?.scopes, ['operator.read']);
  assert.deepEqual(store.devices.get('d1')?.scopes, ['operator.read']);
  assert.equal(store.devices.rotateToken({ deviceId: 'zz', role: 'node', now: 2 }), undefined);
  assert.equal(store.devices.revokeToken('zz', 'node', 2), undefined);
});

test('removal takes tokens and open requests along', (t) => {
  const store = freshStore(t);
  const { devices } = store;
  pair(store, ASK, 1);
  devices.request({ ...ASK, role: 'operator' }, 2);
  assert.equal(devices.remove('d1'), true);
  assert.equal(devices.remove('d1'), false);
  assert.deepEqual([devices.listPaired(), devices.listPending(3), devices.listTokens('d1')], [[], [], []]);
});

test('removing one role keeps the other, removing the last one removes the device', (t) => {
  const store = freshStore(t);
  const { devices } = store;
  pair(store, ASK, 1);
  pair(store, { ...ASK, role: 'operator' }, 2);
  devices.setSurface('d1', { caps: ['system'], commands: ['system.run'], permissions: {} });
  assert.equal(devices.removeRole('d1', 'node'), 'role-removed');
  assert.deepEqual(devices.get('d1')?.roles, ['operator']);
  assert.equal(devices.get('d1')?.surface, undefined);
  assert.equal(devices.removeRole('d1', 'node'), 'unknown');
  assert.equal(devices.removeRole('d1', 'operator'), 'device-removed');
  assert.equal(devices.get('d1'), undefined);
});

test('a connect refreshes what a device says about itself, never its label or rights', (t) => {
  const store = freshStore(t);
  const { devices } = store;
  pair(store, { ...ASK, displayName: 'old' }, 1);
  devices.rename('d1', 'My box');
  devices.seen('d1', { displayName: 'new', remoteIp: '10.0.0.2', reason: 'connect' }, 50);
  const device = devices.get('d1');
  assert.deepEqual(
    [
      device?.label,
      device?.displayName,
      device?.remoteIp,
      device?.lastSeenAtMs,
      device?.lastSeenReason,
      device?.roles,
    ],
    ['My box', 'new', '10.0.0.2', 50, 'connect', ['node']],
  );
  devices.rename('d1', undefined);
  assert.equal(devices.get('d1')?.label, undefined);
  assert.equal(devices.rename('zz', 'x'), false);
});

test('lists are ordered: newest request first, newest approval first', (t) => {
  const store = freshStore(t);
  for (const [index, deviceId] of ['a', 'b', 'c'].entries()) pair(store, { ...ASK, deviceId }, index + 1);
  for (const [index, deviceId] of ['x', 'y'].entries())
    store.devices.request({ ...ASK, deviceId }, index + 10);
  assert.deepEqual(
    store.devices.listPaired().map(({ deviceId }) => deviceId),
    ['c', 'b', 'a'],
  );
  assert.deepEqual(
    store.devices.listPending(20).map(({ deviceId }) => deviceId),
    ['y', 'x'],
  );
});

test('whatever happens in whatever order: one request per device, no right without an approval, no dead token works', (t) => {
  const event = fc.record({
    device: fc.constantFrom('a', 'b'),
    role: fc.constantFrom('node', 'operator'),
    scope: fc.constantFrom('operator.read', 'operator.admin'),
    what: fc.constantFrom(
      'request',
      'request',
      'approve',
      'approve',
      'reject',
      'rotate',
      'revoke',
      'remove',
      'wait',
    ),
  });
  fc.assert(
    fc.property(fc.array(event, { maxLength: 25 }), (events) => {
      const store = openDatabase(':memory:');
      const { devices } = store;
      const granted = new Map<string, Set<string>>();
      const live = new Map<string, string>();
      const dead = new Set<string>();
      let now = 1;
      for (const { device, role, scope, what } of events) {
        now += what === 'wait' ? 4 * MINUTE : 1;
        const key = `${device}/${role}`;
        const bury = (): void => {
          const token = live.get(key);
          if (token !== undefined) dead.add(token);
          live.delete(key);
        };
        if (what === 'request') devices.request({ ...ASK, deviceId: device, role, scopes: [scope] }, now);
        const [open] = devices.listPending(now).filter(({ deviceId }) => deviceId === device);
        if (what === 'approve' && open !== undefined) {
          const approval = devices.approve(open.requestId, { now, via: 'owner' });
          assert.ok(approval.kind === 'approved');
          const openKey = `${device}/${open.role}`;
          const former = live.get(openKey);
          if (former !== undefined) dead.add(former);
          live.set(openKey, approval.token.token);
          granted.set(device, new Set([...(granted.get(device) ?? []), open.role, ...open.scopes]));
        }
        if (what === 'reject' && open !== undefined) devices.reject(open.requestId, now);
        if (what === 'rotate' && live.has(key)) {
          const token = devices.rotateToken({ deviceId: device, role, now })?.token ?? '';
          bury();
          live.set(key, token);
        }
        if (what === 'revoke') {
          devices.revokeToken(device, role, now);
          bury();
        }
        if (what === 'remove') {
          devices.remove(device);
          granted.delete(device);
          for (const [liveKey, token] of [...live]) {
            if (liveKey.startsWith(`${device}/`)) {
              dead.add(token);
              live.delete(liveKey);
            }
          }
        }
        const pending = devices.listPending(now).map(({ deviceId }) => deviceId);
        assert.equal(new Set(pending).size, pending.length);
        for (const { deviceId, roles, scopes } of devices.listPaired()) {
          for (const right of [...roles, ...scopes]) assert.ok(granted.get(deviceId)?.has(right), right);
        }
        for (const deviceId of ['a', 'b']) {
          for (const name of ['node', 'operator']) {
            const check = (token: string): string =>
              devices.checkToken({ deviceId, role: name, scopes: [], now, token });
            const token = live.get(`${deviceId}/${name}`);
            if (token !== undefined) assert.equal(check(token), 'accepted');
            for (const buried of dead) assert.notEqual(check(buried), 'accepted');
          }
        }
      }
      store.close();
    }),
    { numRuns: 200 },
  );
  t.diagnostic('200 random histories');
});

const reasons: { name: string; ask: Partial<DeviceAsk>; reason: string | undefined }[] = [
  { name: 'what was approved', ask: {}, reason: undefined },
  { name: 'another key', ask: { publicKey: 'other' }, reason: 'not-paired' },
  { name: 'another role', ask: { role: 'operator' }, reason: 'role-upgrade' },
  { name: 'more scopes', ask: { scopes: ['operator.read'] }, reason: 'scope-upgrade' },
  { name: 'another platform', ask: { platform: 'windows' }, reason: 'metadata-upgrade' },
  { name: 'a family where none was known', ask: { deviceFamily: 'Linux' }, reason: undefined },
];

for (const { name, ask, reason } of reasons) {
  test(`a device that asks for ${name}: ${reason ?? 'no approval needed'}`, (t) => {
    const store = freshStore(t);
    pair(store, ASK, 1);
    // what the device claims later does not move what was approved
    store.devices.seen('d1', { platform: 'freebsd', reason: 'connect' }, 2);
    assert.equal(pairingReason(store.devices.get('d1'), { ...ASK, ...ask }), reason);
  });
}
