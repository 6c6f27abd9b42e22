import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type DeviceKeys, generateDeviceKeys } from '../../src/protocol/host/index.ts';
import type { DevicePairRequest, NodeEntry, PairedDevice } from '../../src/protocol/index.ts';
import { freePort } from '../free-port.ts';
import { startProcess } from './support/child.ts';
import { makeState } from './support/gateway.ts';
import { makeRandom } from './support/mutate.ts';
import { connectNode, connectOperator, REMOTE, type TestPeer } from './support/peers.ts';

/** How many pairing operations; `.ci/run` asks for 500. */
const OPERATIONS = Number(process.env['GATEWAY_KILL_OPERATIONS'] ?? 100);
/** Operations before each kill, on average. */
const PER_LIFE = 20;

/** What the gateway acknowledged about one device. */
type Known = {
  keys: DeviceKeys;
  state: 'pending' | 'paired' | 'rejected' | 'removed';
  requestId?: string;
  token?: string;
  name?: string;
  isRevoked?: boolean;
};

test(`keeps everything it acknowledged over ${OPERATIONS} pairing operations with kill -9 in between`, async (t) => {
  const paths = makeState(t);
  const port = await freePort();
  const random = makeRandom(Number(process.env['GATEWAY_KILL_SEED'] ?? Date.now()));
  const operatorKeys = generateDeviceKeys();
  const devices: Known[] = [];
  let done = 0;
  let kills = 0;
  while (done < OPERATIONS) {
    const gateway = await startProcess(t, paths, port);
    const operator = await connectOperator(gateway, { keys: operatorKeys });
    await assertAllThere(operator, devices);
    const life = 1 + random.below(2 * PER_LIFE);
    // The kill comes while an operation is under way; what it was about may be either way afterwards.
    const killAfterMs = random.below(12);
    for (let step = 0; step < life && done < OPERATIONS; step += 1) {
      await operate({ gateway, operator, devices, random });
      done += 1;
    }
    const underWay = operate({ gateway, operator, devices: [], random }).catch(() => {});
    await new Promise((resolve) => setTimeout(resolve, killAfterMs));
    await gateway.kill('SIGKILL');
    await underWay;
    kills += 1;
  }
  const gateway = await startProcess(t, paths, port);
  const operator = await connectOperator(gateway, { keys: operatorKeys });
  await assertAllThere(operator, devices);
  for (const device of devices
    .filter(({ state, isRevoked }) => state === 'paired' && !isRevoked)
    .slice(-20)) {
    const node = await connectNode(gateway, {
      keys: device.keys,
      headers: REMOTE,
      ...(device.token ? { token: device.token } : {}),
    });
    node.close();
  }
  t.diagnostic(`${done} operations, ${kills} kills, ${devices.length} devices`);
  assert.deepEqual(await gateway.kill('SIGTERM'), { code: 0, signal: null });
});

type Scene = {
  gateway: { url: string };
  operator: TestPeer;
  devices: Known[];
  random: ReturnType<typeof makeRandom>;
};

/** One random operation; what it returns from is noted, nothing else. */
async function operate({ gateway, operator, devices, random }: Scene): Promise<void> {
  const pending = devices.filter(({ state }) => state === 'pending');
  const paired = devices.filter(({ state, isRevoked }) => state === 'paired' && !isRevoked);
  const choice = random.below(10);
  if (choice < 3 && pending.length > 0) {
    const device = random.pick(pending);
    if (choice === 2) {
      await operator.request('device.pair.reject', { requestId: device.requestId });
      device.state = 'rejected';
      return;
    }
    const method = choice === 0 ? 'device.pair.approve' : 'node.pair.approve';
    await operator.request(method, { requestId: device.requestId });
    device.state = 'paired';
    return;
  }
  if (choice < 6 && paired.length > 0) {
    const device = random.pick(paired);
    const { deviceId } = device.keys;
    if (choice === 3) {
      await operator.request('device.token.revoke', { deviceId, role: 'node' });
      device.isRevoked = true;
    } else if (choice === 4) {
      const name = `name ${random.below(1_000_000)}`;
      await operator.request('node.rename', { nodeId: deviceId, displayName: name });
      device.name = name;
    } else {
      const rotated = await operator.request('device.token.rotate', { deviceId, role: 'node' });
      // The method's documented answer.
      device.token = (rotated as { token: string }).token;
    }
    return;
  }
  if (choice === 6 && paired.length > 3) {
    const device = random.pick(paired);
    await operator.request('device.pair.remove', { deviceId: device.keys.deviceId });
    device.state = 'removed';
    return;
  }
  const keys = generateDeviceKeys();
  if (random.below(2) === 0) {
    const node = await connectNode(gateway, { keys });
    devices.push({
      keys,
      state: 'paired',
      ...(node.hello.auth ? { token: node.hello.auth.deviceToken } : {}),
    });
    node.close();
    return;
  }
  const refusal = await connectNode(gateway, { keys, headers: REMOTE }).then(
    () => assert.fail('a remote stranger was let in'),
    (thrown) => thrown.outcome,
  );
  if (refusal.error?.code !== 'NOT_PAIRED') throw new Error('the connection broke');
  devices.push({ keys, state: 'pending', requestId: refusal.error.details.requestId });
}

async function assertAllThere(operator: TestPeer, devices: readonly Known[]): Promise<void> {
  // Both are the methods' documented answers.
  const { pending, paired } = (await operator.request('device.pair.list')) as {
    pending: DevicePairRequest[];
    paired: PairedDevice[];
  };
  const { nodes } = (await operator.request('node.list')) as { nodes: NodeEntry[] };
  for (const { keys, state, requestId, name, isRevoked } of devices) {
    const record = paired.find(({ deviceId }) => deviceId === keys.deviceId);
    const request = pending.find(({ deviceId }) => deviceId === keys.deviceId);
    assert.equal(record !== undefined, state === 'paired', `${state} device ${keys.deviceId}`);
    assert.equal(request?.requestId, state === 'pending' ? requestId : undefined);
    if (state !== 'paired') continue;
    const token = record?.tokens?.find(({ role }) => role === 'node');
    if (isRevoked) assert.ok(token?.revokedAtMs !== undefined, 'the revocation is still in force');
    if (name !== undefined)
      assert.equal(nodes.find(({ nodeId }) => nodeId === keys.deviceId)?.displayName, name);
  }
}
