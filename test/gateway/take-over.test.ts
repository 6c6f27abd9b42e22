import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { dirname } from 'node:path';
import { test } from 'node:test';
import { generateDeviceKeys, publicKeyOnWire } from '../../src/protocol/host/index.ts';
import { makeState, startTestGateway } from './support/gateway.ts';
import { connectNode, REMOTE } from './support/peers.ts';

test('a node that a real Clawdbot had paired is in without pairing again, by its old device token', async (t) => {
  const paths = makeState(t);
  const keys = generateDeviceKeys();
  const token = 'c'.repeat(32);
  const record = {
    deviceId: keys.deviceId,
    publicKey: publicKeyOnWire(keys.publicKeyPem),
    platform: 'linux',
    clientId: 'node-host',
    clientMode: 'node',
    role: 'node',
    roles: ['node'],
    scopes: [],
    createdAtMs: 1,
    approvedAtMs: 1,
    tokens: { node: { token, role: 'node', scopes: [], createdAtMs: 1 } },
  };
  fs.mkdirSync(dirname(paths.legacy.pairedDevices), { recursive: true });
  fs.writeFileSync(paths.legacy.pairedDevices, JSON.stringify({ [keys.deviceId]: record }));
  const gateway = await startTestGateway(t, { paths });
  const node = await connectNode(gateway, { keys, token, headers: REMOTE });
  assert.equal(node.hello.auth?.deviceToken, token);
});
