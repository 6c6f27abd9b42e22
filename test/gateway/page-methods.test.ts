import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NodeStats } from '../../src/protocol/index.ts';
import { cleanUp } from '../clean-up.ts';
import { makeHome, startNode, until } from '../node/fixtures/running-node.ts';
import { startTestGateway, TOKEN } from './support/gateway.ts';
import { connectNode, connectOperator } from './support/peers.ts';

const POLICY = { version: 1, defaults: { security: 'allowlist', ask: 'on-miss' } };

test('node.stats tells load, memory and disk of a node that can, and says so of one that cannot', async (t) => {
  const gateway = await startTestGateway(t);
  const node = startNode(t, { paths: makeHome(t).paths, port: gateway.port, token: TOKEN });
  await until('the node is connected', () => node.state()?.state === 'connected');
  const [nodeId = ''] = gateway.core.nodes.nodeIds();
  const reader = await connectOperator(gateway, { scopes: ['operator.read'] });
  cleanUp(t, () => reader.close());
  const { stats } = (await reader.request('node.stats', { nodeId })) as { stats: NodeStats };
  assert.equal(stats.load.length, 3);
  assert.ok(stats.cpus >= 1);
  assert.ok(stats.memory.availableBytes > 0 && stats.memory.availableBytes < stats.memory.totalBytes);
  assert.ok(stats.disk !== undefined && stats.disk.availableBytes <= stats.disk.totalBytes);
  const mute = await connectNode(gateway, { displayName: 'real' });
  cleanUp(t, () => mute.close());
  await assert.rejects(
    reader.request('node.stats', { nodeId: mute.keys.deviceId }),
    /does not tell how busy it is/,
  );
  await assert.rejects(reader.request('node.stats', { nodeId: 'nobody' }), /node not connected/);
});

test('an explanation can be asked for rules that nobody saved; they change nothing', async (t) => {
  const gateway = await startTestGateway(t);
  const { paths } = makeHome(t, POLICY);
  const node = startNode(t, { paths, port: gateway.port, token: TOKEN });
  await until('the node is connected', () => node.state()?.state === 'connected');
  const operator = await connectOperator(gateway);
  cleanUp(t, () => operator.close());
  const command = ['/usr/bin/uptime'];
  const file = { ...POLICY, agents: { main: { allowlist: [{ pattern: '/usr/bin/uptime' }] } } };
  const decide = async (params: object) =>
    ((await operator.request('exec.approvals.explain', { command, ...params })) as { decision: string })
      .decision;
  assert.equal(await decide({}), 'ask');
  assert.equal(await decide({ file }), 'allow');
  assert.equal(await decide({}), 'ask');
  await assert.rejects(
    operator.request('exec.approvals.explain', { command, file: { version: 2 } }),
    /invalid exec\.approvals\.explain params/,
  );
});

test('a node that left is listed with when and how', async (t) => {
  const gateway = await startTestGateway(t);
  const node = await connectNode(gateway, { displayName: 'laptop' });
  const operator = await connectOperator(gateway, { protocol: 4 });
  cleanUp(t, () => operator.close());
  const list = async () =>
    ((await operator.request('node.list', {})) as { nodes: { lastSeenAtMs?: number; connected: boolean }[] })
      .nodes;
  assert.equal((await list())[0]?.lastSeenAtMs, undefined);
  node.close();
  await until('the node is gone', () => [...gateway.core.nodes.nodeIds()].length === 0);
  const [entry] = await list();
  assert.equal(entry?.connected, false);
  assert.ok(Math.abs((entry?.lastSeenAtMs ?? 0) - Date.now()) < 60_000);
});
