/** Proves the drivers: the published CLI, gateway and node host with each other, before ours take any of the parts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeCli } from './lib/cli.ts';
import { startForwardingProxy } from './lib/forwarding-proxy.ts';
import { startGateway } from './lib/gateway.ts';
import { startNodeHost } from './lib/node-host.ts';
import { connectOperator } from './lib/operator.ts';
import { until } from './lib/scratch.ts';
import { missingPeers } from './peer-versions.ts';

type Devices = { pending: { requestId: string; role: string }[]; paired: { deviceId: string }[] };
type Nodes = { nodes: { nodeId: string; displayName?: string; connected: boolean }[] };

test('the published node pairs through a proxy with the published gateway and runs a command', {
  skip: missingPeers('node', 'clawdbot'),
}, async (t) => {
  const stack = new AsyncDisposableStack();
  t.after(() => stack.disposeAsync());
  const gateway = await startGateway(stack, 'real');
  const proxyPort = await startForwardingProxy(stack, { targetPort: gateway.port });
  const cli = makeCli(stack, { software: 'real', port: gateway.port, token: gateway.token });
  const node = startNodeHost(stack, {
    software: 'real',
    port: proxyPort,
    token: gateway.token,
    displayName: 'remote box',
  });
  await node.waitForOutput('pairing required');

  const { pending } = (await cli.json(['devices', 'list', '--json'])) as Devices; // shape: protocol notes, device.pair.list
  assert.equal(pending.length, 1);
  assert.equal(pending[0]?.role, 'node');
  const approved = await cli.run(['devices', 'approve', pending[0]?.requestId ?? '']);
  assert.match(approved.stdout, /Approved/);

  const nodeId = await until('the node connected', async () => {
    const { nodes } = (await cli.json(['nodes', 'status', '--json'])) as Nodes; // shape: protocol notes, node.list
    return nodes.find((entry) => entry.connected)?.nodeId;
  });
  const allowed = await cli.run(['approvals', 'allowlist', 'add', '/usr/bin/uname', '--node', nodeId]);
  assert.equal(allowed.exitCode, 0, allowed.stderr);
  // The published CLI asks a person before every run, whatever its --ask says (it takes the stricter of the option and
  // tools.exec.ask, which is on-miss), waits for the answer for 120 s and gives up after 35 s: `gateway timeout`.
  const approver = await connectOperator(stack, gateway);
  const running = cli.run(['nodes', 'run', '--node', nodeId, '--ask', 'off', '--', '/usr/bin/uname', '-s']);
  const question = await approver.nextRequest();
  assert.equal(question.command, '/usr/bin/uname -s');
  await approver.decide(question.id, 'allow-once');
  const ran = await running;
  assert.deepEqual([ran.exitCode, ran.stdout, ran.stderr], [0, 'Linux\n', '']);

  // configured not to ask, it leaves the decision to the allowlist of the node
  await cli.run(['config', 'set', 'tools.exec.ask', 'off']);
  const unasked = await cli.run(['nodes', 'run', '--node', nodeId, '--', '/usr/bin/uname', '-s']);
  assert.deepEqual([unasked.exitCode, unasked.stdout, unasked.stderr], [0, 'Linux\n', '']);
});
