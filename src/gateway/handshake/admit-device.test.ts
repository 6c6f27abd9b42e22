import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { openDatabase, type Store } from '../../state/index.ts';
import { type Admission, admitDevice } from './admit-device.ts';

function openStore(t: TestContext): Store {
  const directory = mkdtempSync(join(tmpdir(), 'clawdbot-admit-'));
  const store = openDatabase(join(directory, 'db.sqlite'));
  t.after(() => {
    store.close();
    rmSync(directory, { recursive: true });
  });
  return store;
}

function connect(
  store: Store,
  { role = 'node', scopes = [] as string[], isLocal = false, nowMs = 1 } = {},
): Admission {
  const client = { id: 'node-host', version: '1', platform: 'linux', mode: 'node' } as const;
  return admitDevice(
    {
      kind: 'checked',
      params: { minProtocol: 3, maxProtocol: 3, client },
      protocol: 3,
      role: role === 'node' ? 'node' : 'operator',
      scopes,
      device: { id: 'd', publicKey: 'k' },
      authMethod: 'token',
    },
    { store, isLocal, clientIp: '203.0.113.9', nowMs },
  );
}

test('a device gets the same token again until the role, the scopes or a revocation ask for another', (t) => {
  const store = openStore(t);
  const tokenOf = (admission: Admission) =>
    admission.kind === 'admitted' ? admission.auth.deviceToken : 'none';
  const first = tokenOf(connect(store, { isLocal: true }));
  assert.equal(tokenOf(connect(store)), first);
  const asOperator = tokenOf(connect(store, { role: 'operator', scopes: ['operator.read'], isLocal: true }));
  assert.notEqual(asOperator, first);
  store.devices.revokeToken('d', 'node', 2);
  assert.notEqual(tokenOf(connect(store)), first);
});

test('a remote connect never profits from a local one that broke off half-way', (t) => {
  const store = openStore(t);
  // What a crash between request and approval would leave: a silent request nobody looked at.
  const asked = { deviceId: 'd', publicKey: 'k', role: 'operator', scopes: ['operator.admin'], silent: true };
  store.devices.request(asked, 0);
  assert.equal(connect(store).kind, 'waiting');
  assert.equal(connect(store, { role: 'operator', scopes: ['operator.admin'] }).kind, 'waiting');
  assert.equal(store.devices.get('d'), undefined);
});

test('each missing right is asked for, and only once', (t) => {
  const store = openStore(t);
  connect(store, { role: 'operator', scopes: ['operator.read'], isLocal: true });
  for (const wish of [{ role: 'node' }, { role: 'operator', scopes: ['operator.write'] }]) {
    const [one, two] = [connect(store, wish), connect(store, wish)];
    assert.ok(one.kind === 'waiting' && two.kind === 'waiting');
    assert.equal(one.request.requestId, two.request.requestId);
    assert.deepEqual([one.isNew, two.isNew], [true, false]);
    store.devices.reject(one.request.requestId, 1);
  }
  assert.equal(connect(store, { role: 'operator', scopes: ['operator.read'] }).kind, 'admitted');
});
