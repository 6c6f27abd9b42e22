import assert from 'node:assert/strict';
import { test } from 'node:test';
import { generateDeviceKeys } from '../../src/protocol/host/index.ts';
import type { NodeEntry, PresenceEntry } from '../../src/protocol/index.ts';
import { PATIENCE_MS } from '../patience.ts';
import { startTestGateway, TOKEN } from './support/gateway.ts';
import { connectNode, connectOperator, RawPeer } from './support/peers.ts';

async function rawOperator(t: Parameters<typeof startTestGateway>[0]): Promise<RawPeer> {
  const peer = new RawPeer(await startTestGateway(t));
  await peer.challenge();
  const client = { id: 'gateway-client', version: '1', platform: 'linux', mode: 'backend' };
  const params = { minProtocol: 1, maxProtocol: 3, client, auth: { token: TOKEN } };
  peer.send({ type: 'req', id: 'hello', method: 'connect', params });
  assert.equal((await peer.response('hello')).ok, true);
  return peer;
}

const refused = (id: unknown, message: string) => ({
  type: 'res',
  id,
  ok: false,
  error: { code: 'INVALID_REQUEST', message },
});

test('answers malformed input after the handshake as the reference does', async (t) => {
  const peer = await rawOperator(t);
  peer.send('not json');
  peer.send('[1]');
  peer.send('null');
  peer.send({ type: 'req', id: 'a', method: 'last-heartbeat', extra: 1 });
  peer.send({ type: 'event', event: 'x' });
  peer.send({ type: 'req', id: 7, method: 'health' });
  peer.send({ type: 'req', id: 'b', method: 'no.such' });
  peer.send({ type: 'req', id: 'c', method: 'connect', params: {} });
  peer.send({ type: 'req', id: 'd', method: 'node.list', params: { a: 1 } });
  peer.send({ type: 'req', id: 'e', method: 'last-heartbeat', params: null });
  assert.deepEqual(await peer.response('e'), { type: 'res', id: 'e', ok: true, payload: null });
  const answers = peer.frames.filter((frame) => frame.type === 'res' && frame.id !== 'hello').slice(0, -1);
  assert.deepEqual(answers, [
    refused('invalid', 'invalid request frame: must be object'),
    refused('invalid', 'invalid request frame: must be object'),
    refused('a', "invalid request frame: at root: unexpected property 'extra'"),
    refused(
      'invalid',
      "invalid request frame: must have required property 'id'; must have required property 'method'; at root: unexpected property 'event'; at /type: must be equal to constant",
    ),
    refused(7, 'invalid request frame: at /id: must be string'),
    refused('b', 'unknown method: no.such'),
    refused('c', 'connect is only valid as the first request'),
    refused('d', "invalid node.list params: at root: unexpected property 'a'"),
  ]);
});

test('a binary frame with JSON is a message like any other', async (t) => {
  const peer = await rawOperator(t);
  peer.socket.send(Buffer.from('{"type":"req","id":"bin","method":"last-heartbeat"}'), { binary: true });
  assert.equal((await peer.response('bin')).ok, true);
});

test('nodes and operators stay in their roles', async (t) => {
  const gateway = await startTestGateway(t);
  const node = await connectNode(gateway);
  const operator = await connectOperator(gateway);
  await assert.rejects(node.request('node.list'), /unauthorized role: node/);
  await assert.rejects(node.request('connect'), /unauthorized role: node/);
  await assert.rejects(operator.request('skills.bins'), /unauthorized role: operator/);
  assert.deepEqual(await node.request('skills.bins'), { bins: [] });
});

test('lists only methods that exist', async (t) => {
  const gateway = await startTestGateway(t);
  const operator = await connectOperator(gateway);
  for (const method of operator.hello.features.methods) {
    const error = await operator.request(method, {}).then(
      () => '',
      (thrown) => String(thrown.message),
    );
    assert.doesNotMatch(error, /unknown method/);
  }
});

test('two connections with one node identity are both shown; the newest serves; the older one takes over again', async (t) => {
  const gateway = await startTestGateway(t);
  const operator = await connectOperator(gateway);
  const keys = generateDeviceKeys();
  const served: string[] = [];
  const answerAs = (name: string) => ({
    keys,
    onEvent: (
      { event, payload }: { event: string; payload: unknown },
      peer: { request: (method: string, params: object) => Promise<unknown> } | undefined,
    ) => {
      if (event !== 'node.invoke.request') return;
      served.push(name);
      const { id, nodeId } = payload as { id: string; nodeId: string };
      void peer?.request('node.invoke.result', { id, nodeId, ok: true });
    },
  });
  const old = await connectNode(gateway, answerAs('old'));
  const twin = await connectNode(gateway, answerAs('new'));
  const ask = (key: string) =>
    operator.request('node.invoke', { nodeId: keys.deviceId, command: 'system.which', idempotencyKey: key });
  const entry = async () => ((await operator.request('node.list')) as { nodes: NodeEntry[] }).nodes[0];
  assert.equal((await entry())?.twins, 2);
  await ask('k1');
  twin.close();
  await twin.closed;
  await until(async () => (await entry())?.twins === undefined);
  await ask('k2');
  const third = await connectNode(gateway, answerAs('third'));
  old.close();
  await old.closed;
  await until(async () => (await entry())?.twins === undefined);
  assert.equal((await entry())?.connected, true, 'the late close of the old one did not remove the new one');
  await ask('k3');
  assert.deepEqual(served, ['new', 'old', 'third']);
  third.close();
});

test('presence is announced to operators on coming and going, never to nodes', async (t) => {
  const gateway = await startTestGateway(t);
  const operator = await connectOperator(gateway);
  const node = await connectNode(gateway, { displayName: 'box' });
  const latest = () =>
    (
      operator.events.findLast(({ event }) => event === 'presence')?.payload as
        | { presence: PresenceEntry[] }
        | undefined
    )?.presence.find((entry) => entry.host === 'box');
  await until(async () => latest()?.reason === 'connect');
  node.close();
  await until(async () => latest()?.reason === 'disconnect');
  assert.ok(!node.events.some(({ event }) => event === 'presence'));
});

test('broadcasts are numbered without gaps for an admin', async (t) => {
  const gateway = await startTestGateway(t, { timing: { tickMs: 20 } });
  const operator = await connectOperator(gateway);
  await until(async () => operator.events.filter(({ event }) => event === 'tick').length >= 5);
  const seqs = operator.events.map(({ seq }) => seq ?? -1);
  assert.deepEqual(
    seqs,
    seqs.map((_, index) => (seqs[0] ?? 0) + index),
  );
});

/** A busy machine must not pause for as long between a ping and its pong. */
const PING_MS = 2_000;

test('a peer that no longer answers pings is cut off, one that does is not', async (t) => {
  const gateway = await startTestGateway(t, { timing: { pingMs: PING_MS } });
  const operator = await connectOperator(gateway);
  const silent = await connectNode(gateway);
  const mute = new RawPeer(gateway);
  await mute.challenge();
  // Stop reading: the peer is there for TCP, but no pong will ever come, as with a suspended laptop.
  mute.socket.pause();
  assert.equal(gateway.core.connections.size, 2);
  await new Promise((resolve) => setTimeout(resolve, 2.5 * PING_MS));
  assert.ok(await operator.request('health'));
  assert.ok(await silent.request('skills.bins'));
  mute.socket.resume();
  assert.equal((await mute.closed).code, 1006);
});

test('a node that fell silent is cut off, its calls fail, and it is no longer listed as connected', async (t) => {
  const gateway = await startTestGateway(t, { timing: { pingMs: PING_MS } });
  const operator = await connectOperator(gateway);
  const silent = new RawPeer(gateway);
  await silent.challenge();
  const client = { id: 'node-host', version: '1', platform: 'linux', mode: 'node' };
  const params = {
    minProtocol: 3,
    maxProtocol: 3,
    client,
    role: 'node',
    commands: ['system.which'],
    auth: { token: TOKEN },
  };
  silent.send({ type: 'req', id: 'hello', method: 'connect', params });
  assert.equal((await silent.response('hello')).ok, true);
  silent.socket.pause();
  const call = { nodeId: 'node-host', command: 'system.which', idempotencyKey: 'k' };
  await assert.rejects(operator.request('node.invoke', call), /node disconnected \(system.which\)/);
  const { nodes } = (await operator.request('node.list')) as { nodes: NodeEntry[] };
  assert.deepEqual(nodes, []);
});

test('a peer that does not read misses what may be skipped and is closed for what may not', async (t) => {
  const gateway = await startTestGateway(t);
  const healthy = await connectOperator(gateway);
  const lazy = new RawPeer(gateway);
  await lazy.challenge();
  const client = { id: 'gateway-client', version: '1', platform: 'linux', mode: 'backend' };
  const params = { minProtocol: 3, maxProtocol: 3, client, auth: { token: TOKEN } };
  lazy.send({ type: 'req', id: 'hello', method: 'connect', params });
  assert.equal((await lazy.response('hello')).ok, true);
  lazy.socket.pause();
  const { connections } = gateway.core;
  const isAnySlow = () => [...connections].some(({ isSlow }) => isSlow);
  // Until what the kernel takes for a socket is full and the gateway's own allowance, too.
  while (!isAnySlow()) {
    connections.broadcast('tick', { pad: 'x'.repeat(300_000) }, { whenSlow: 'skip' });
    await new Promise((resolve) => setImmediate(resolve));
  }
  connections.broadcast('tick', { ts: 1 }, { whenSlow: 'skip' });
  assert.equal(connections.size, 2, 'a tick is not worth a connection');
  connections.broadcast('shutdown', { reason: 'test', restartExpectedMs: null });
  lazy.socket.resume();
  assert.deepEqual(await lazy.closed, { code: 1008, reason: 'slow consumer' });
  assert.ok(await healthy.request('health'));
});

test('announces a stop, closes with 1012, and fails what was running', async (t) => {
  const gateway = await startTestGateway(t);
  const operator = await connectOperator(gateway);
  const node = await connectNode(gateway);
  const running = operator.request('node.invoke', {
    nodeId: node.keys.deviceId,
    command: 'system.which',
    idempotencyKey: 'k',
  });
  running.catch(() => {});
  await until(async () => gateway.core.invokes.size === 1);
  await gateway.stop({ reason: 'gateway restarting', restartExpectedMs: 1500, graceMs: 50 });
  assert.deepEqual(await operator.closed, { code: 1012, reason: 'service restart' });
  assert.deepEqual(await node.closed, { code: 1012, reason: 'service restart' });
  const shutdown = operator.events.find(({ event }) => event === 'shutdown');
  assert.deepEqual(shutdown?.payload, { reason: 'gateway restarting', restartExpectedMs: 1500 });
  await assert.rejects(running);
});

async function until(isTrue: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (!(await isTrue())) {
    if (Date.now() > deadline) throw new Error('it did not become true');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
