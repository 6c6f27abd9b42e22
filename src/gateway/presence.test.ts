import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ClientMode } from '../protocol/index.ts';
import { Presence } from './presence.ts';
import { Connection } from './session/connection.ts';
import type { ReadyConnection } from './session/connections.ts';

const self = { host: 'gw', mode: 'gateway', reason: 'self', ts: 0 };

function connection(
  id: string,
  { deviceId, mode = 'node' }: { deviceId?: string; mode?: ClientMode } = {},
): ReadyConnection {
  const upgrade = {
    isLocal: true,
    clientIp: '127.0.0.1',
    hasUntrustedForwarding: false,
    host: undefined,
    userAgent: undefined,
    tailnetClaim: undefined,
  };
  // Presence never touches the socket.
  const made = new Connection({} as never, { id, nonce: 'n', nowMs: 0, upgrade });
  made.peer = {
    protocol: 3,
    role: 'node',
    scopes: [],
    client: { id: 'node-host', version: '1', platform: 'linux', mode, displayName: `name of ${id}` },
    deviceId,
    isLocal: true,
    clientIp: '127.0.0.1',
    connectedAtMs: 0,
    surface: undefined,
  };
  // `peer` has just been set.
  return made as ReadyConnection;
}

const hosts = (presence: Presence, nowMs: number) => presence.list(self, nowMs).map(({ host }) => host);

test('an open connection stays listed for days, a closed one for five minutes', () => {
  const presence = new Presence();
  const node = connection('a', { deviceId: 'd' });
  presence.connected(node, 0);
  assert.deepEqual(hosts(presence, 86_400_000), ['gw', 'name of a']);
  presence.disconnected(node, 86_400_000);
  assert.deepEqual(hosts(presence, 86_400_000 + 300_000), ['gw', 'name of a']);
  assert.deepEqual(hosts(presence, 86_400_000 + 300_001), ['gw']);
});

test('a device with two connections is gone when both are', () => {
  const presence = new Presence();
  const [old, twin] = [connection('a', { deviceId: 'd' }), connection('b', { deviceId: 'd' })];
  presence.connected(old, 1);
  presence.connected(twin, 2);
  presence.disconnected(old, 3);
  assert.equal(presence.list(self, 3)[1]?.reason, 'connect');
  presence.disconnected(twin, 4);
  assert.equal(presence.list(self, 4)[1]?.reason, 'disconnect');
});

test('one-shot command lines are not tracked', () => {
  const presence = new Presence();
  assert.equal(presence.connected(connection('a', { mode: 'cli' }), 0), false);
  assert.equal(presence.version, 0);
});

test('shows the 200 newest and finds older ones again when those are gone', () => {
  const presence = new Presence();
  const nodes = Array.from({ length: 300 }, (_, index) => connection(`${index}`, { deviceId: `d${index}` }));
  for (const [index, node] of nodes.entries()) presence.connected(node, index);
  assert.equal(presence.list(self, 300).length, 200);
  for (const node of nodes.slice(100)) presence.disconnected(node, 301);
  presence.sweep(301 + 300_001);
  assert.equal(presence.list(self, 301 + 300_001).length, 101);
});

test('any number of reported machines stays bounded', () => {
  const presence = new Presence();
  const node = connection('a', { deviceId: 'd' });
  presence.connected(node, 0);
  for (let index = 0; index < 20_000; index += 1) presence.report(`m${index}`, { ts: 1 });
  presence.sweep(300_002);
  assert.deepEqual(hosts(presence, 300_002), ['gw', 'name of a'], 'the open connection was never dropped');
});
