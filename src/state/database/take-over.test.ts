import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { dirname } from 'node:path';
import { type TestContext, test } from 'node:test';
import { temporaryPath } from '../../../test/state/temporary-path.ts';
import { resolvePaths, type StatePaths } from '../paths.ts';
import { openDatabase, type Store } from './open.ts';

const DEVICE = {
  deviceId: 'a'.repeat(64),
  publicKey: 'xqF2bzxLT6Cd58PllCaLI1pchMFfNQIC-E9xrmfLAdk',
  displayName: 'build box',
  platform: 'linux',
  clientId: 'node-host',
  clientMode: 'node',
  role: 'node',
  roles: ['node'],
  scopes: [],
  createdAtMs: 1_769_000_000_000,
  approvedAtMs: 1_769_000_000_001,
  tokens: {
    node: {
      token: '0'.repeat(32),
      role: 'node',
      scopes: [],
      createdAtMs: 1_769_000_000_001,
      lastUsedAtMs: 5,
    },
  },
};

function fixture(
  t: TestContext,
  files: Partial<Record<keyof StatePaths['legacy'], string>>,
): { store: Store; paths: StatePaths } {
  const paths = resolvePaths({ HOME: dirname(temporaryPath(t, 'x')) });
  for (const [name, text] of Object.entries(files)) {
    const path = paths.legacy[name as keyof StatePaths['legacy']];
    fs.mkdirSync(dirname(path), { recursive: true });
    fs.writeFileSync(path, text);
  }
  const store = openDatabase(paths.database);
  t.after(() => store.close());
  return { store, paths };
}

test('devices, their tokens, requests and legacy nodes come over, and the files stay as they are', (t) => {
  const pending = {
    r1: {
      requestId: 'r1',
      deviceId: 'd9',
      publicKey: 'k9',
      role: 'node',
      roles: ['node'],
      scopes: [],
      silent: false,
      isRepair: false,
      ts: 1_000,
    },
  };
  const node = {
    nodeId: 'legacy-1',
    token: '1'.repeat(32),
    displayName: 'Old',
    caps: ['system'],
    createdAtMs: 3,
    approvedAtMs: 4,
    lastConnectedAtMs: 5,
  };
  const files = {
    pairedDevices: JSON.stringify({ [DEVICE.deviceId]: DEVICE }),
    pendingDevices: JSON.stringify(pending),
    pairedNodes: JSON.stringify({ 'legacy-1': node }),
  };
  const { store, paths } = fixture(t, files);
  assert.deepEqual(store.takeOver(paths.legacy), {
    devices: 1,
    requests: 1,
    nodes: 1,
    problems: [],
    done: false,
  });
  const device = store.devices.get(DEVICE.deviceId);
  assert.deepEqual(
    [
      device?.displayName,
      device?.roles,
      device?.approvedVia,
      device?.approvedAtMs,
      device?.tokens[0]?.lastUsedAtMs,
    ],
    ['build box', ['node'], 'legacy', 1_769_000_000_001, 5],
  );
  const check = { deviceId: DEVICE.deviceId, role: 'node', scopes: [], now: 9, token: '0'.repeat(32) };
  assert.equal(store.devices.checkToken(check), 'accepted');
  assert.deepEqual(
    store.devices.listPending(2_000).map(({ requestId }) => requestId),
    ['r1'],
  );
  assert.equal(store.nodes.verifyLegacy('legacy-1', '1'.repeat(32))?.lastConnectedAtMs, 5);
  for (const [name, text] of Object.entries(files)) {
    assert.equal(fs.readFileSync(paths.legacy[name as keyof StatePaths['legacy']], 'utf8'), text);
  }
});

test('it happens once: what is removed later does not come back', (t) => {
  const { store, paths } = fixture(t, { pairedDevices: JSON.stringify({ x: DEVICE }) });
  store.takeOver(paths.legacy);
  store.devices.remove(DEVICE.deviceId);
  assert.deepEqual(store.takeOver(paths.legacy), {
    devices: 0,
    requests: 0,
    nodes: 0,
    problems: [],
    done: true,
  });
  assert.equal(store.devices.get(DEVICE.deviceId), undefined);
});

test('a record that is here already wins', (t) => {
  const { store, paths } = fixture(t, { pairedDevices: JSON.stringify({ x: DEVICE }) });
  const ask = { deviceId: DEVICE.deviceId, publicKey: 'other', role: 'node', scopes: [], silent: true };
  store.devices.approve(store.devices.request(ask, 1).request.requestId, { now: 1, via: 'silent' });
  assert.equal(store.takeOver(paths.legacy).devices, 0);
  assert.equal(store.devices.get(DEVICE.deviceId)?.publicKey, 'other');
});

test('a damaged file is reported, kept, and read again once it is repaired', (t) => {
  const { store, paths } = fixture(t, { pairedDevices: '{"x": {"deviceId": "a' });
  const report = store.takeOver(paths.legacy);
  assert.equal(report.problems.length, 1);
  assert.equal(report.problems[0]?.file, paths.legacy.pairedDevices);
  assert.equal(fs.readFileSync(paths.legacy.pairedDevices, 'utf8'), '{"x": {"deviceId": "a');
  fs.writeFileSync(paths.legacy.pairedDevices, JSON.stringify({ x: DEVICE }));
  assert.equal(store.takeOver(paths.legacy).devices, 1);
});

test('one bad entry does not stop the others', (t) => {
  const { store, paths } = fixture(t, {
    pairedDevices: JSON.stringify({ bad: { deviceId: 'x' }, good: DEVICE, odd: 7 }),
  });
  const report = store.takeOver(paths.legacy);
  assert.equal(report.devices, 1);
  assert.deepEqual(
    report.problems.map(({ reason }) => reason),
    ['entry bad: approvedAtMs is missing', 'entry odd: is not an object'],
  );
});

test('nothing to take over is not worth a word', (t) => {
  const { store, paths } = fixture(t, {});
  assert.deepEqual(store.takeOver(paths.legacy), {
    devices: 0,
    requests: 0,
    nodes: 0,
    problems: [],
    done: true,
  });
});
