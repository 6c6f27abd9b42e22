/** Our node host and our command line with the published gateway. */
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { at } from '../replay/json.ts';
import { makeCli } from './lib/cli.ts';
import { ProxyFaults, startForwardingProxy } from './lib/forwarding-proxy.ts';
import { startGateway } from './lib/gateway.ts';
import { startNodeHost } from './lib/node-host.ts';
import { connectOperator } from './lib/operator.ts';
import { until } from './lib/scratch.ts';
import { nodeThatIs, pendingRequest } from './lib/wire-shapes.ts';
import { missingPeers } from './peer-versions.ts';

test('our node host and command line live with the published gateway', {
  skip: missingPeers('node', 'clawdbot'),
}, async (t) => {
  await using stack = new AsyncDisposableStack();
  const gateway = await startGateway(stack, 'real');
  const faults = new ProxyFaults();
  const proxyPort = await startForwardingProxy(stack, { targetPort: gateway.port, faults });
  const cli = makeCli(stack, { software: 'own', port: gateway.port, token: gateway.token });
  const node = startNodeHost(stack, {
    software: 'own',
    port: proxyPort,
    token: gateway.token,
    displayName: 'studio',
  });
  const says = async (args: readonly string[], text: RegExp, exitCode = 0): Promise<void> => {
    const end = await cli.run(args);
    assert.equal(end.exitCode, exitCode, `${args.join(' ')}\n${end.stdout}${end.stderr}`);
    assert.match(end.stdout + end.stderr, text);
  };

  await t.test(
    'the node waits, says who can help, and `nodes pending` and `nodes approve` work all the same',
    async () => {
      await node.waitForOutput('pairing required');
      const request = await pendingRequest(cli, 'node');
      assert.match(node.output(), new RegExp(`clawdbot devices approve ${request}`));
      await says(['nodes', 'pending'], new RegExp(request));
      await says(['nodes', 'approve', request], /./);
      await nodeThatIs(cli, 'connected', 'studio');
      await says(['nodes', 'pending'], /^No pending pairing requests\.$/m);
    },
  );

  await t.test(
    'policy of the node, a run that is allowed, one that is approved, one that is denied',
    async () => {
      await says(
        ['approvals', 'allowlist', 'add', '/usr/bin/uname', '--node', 'studio'],
        /\/usr\/bin\/uname/,
      );
      // `nodes run` asks first with a published gateway (it cannot see the node's verdict); `nodes invoke` lets the node decide
      const allowed = ['nodes', 'invoke', '--node', 'studio', '--command', 'system.run', '--params'];
      const ran = await cli.json([...allowed, JSON.stringify({ command: ['/usr/bin/uname', '-s'] })]);
      assert.equal(at(ran, 'payload', 'stdout'), 'Linux\n');
      const approver = await connectOperator(stack, gateway);
      const approved = cli.run([
        'nodes',
        'run',
        '--node',
        'studio',
        '--',
        'sh',
        '-c',
        'echo out; kill -9 $$',
      ]);
      await approver.decide((await approver.nextRequest()).id, 'allow-once');
      const killed = await approved;
      assert.deepEqual([killed.exitCode, killed.stdout], [137, 'out\n'], killed.stderr);
      const denied = cli.run(['nodes', 'run', '--node', 'studio', '--', 'id', '-u']);
      await approver.decide((await approver.nextRequest()).id, 'deny');
      assert.match((await denied).stderr, /user denied/);
    },
  );

  await t.test(
    'a result that was lost on its way is sent when the caller comes back with its key',
    async () => {
      const directory = join(cli.home, 'ran');
      mkdirSync(directory);
      await says(['approvals', 'allowlist', 'add', '/usr/bin/mktemp', '--node', 'studio'], /mktemp/);
      const nodeId = await nodeThatIs(cli, 'connected', 'studio');
      const operator = await connectOperator(stack, gateway);
      const run = () =>
        operator.call(
          'node.invoke',
          {
            nodeId,
            command: 'system.run',
            params: { command: ['/usr/bin/mktemp', join(directory, 'XXXXXX')] },
            timeoutMs: 30_000,
            idempotencyKey: 'lost',
          },
          60_000,
        );
      faults.losesRequests = true;
      const lost = run();
      const failed = assert.rejects(lost, /cannot node\.invoke/);
      await until('the run', async () => (readdirSync(directory).length > 0 ? true : undefined));
      faults.cut();
      faults.losesRequests = false;
      await failed;
      await nodeThatIs(cli, 'connected', 'studio');
      const again = await run();
      const ran = readdirSync(directory);
      assert.equal(at(again, 'payload', 'stdout'), `${join(directory, ran[0] ?? '')}\n`);
      assert.equal(ran.length, 1, 'it ran once');
    },
  );

  await t.test(
    'reads: status, list, describe, health, probe, logs, presence, policy of the gateway',
    async () => {
      await says(['nodes', 'status'], /^Known: 1 · Paired: 1 · Connected: 1$/m);
      await says(['nodes', 'list'], /Paired: 1/);
      await says(['nodes', 'describe', '--node', 'studio'], /^- system\.run$/m);
      await says(['gateway', 'health'], /^OK/m);
      await says(['gateway', 'probe'], /Connect: ok/);
      await says(['gateway', 'call', 'no.such'], /unknown method: no\.such/, 1);
      await says(['status'], /reachable/);
      await says(['logs', '--limit', '3'], /gateway\.log/);
      await says(['approvals', 'get', '--gateway'], /Allowlist/);
      assert.ok(Array.isArray(await cli.json(['gateway', 'call', 'system-presence', '--json'])));
    },
  );

  await t.test('after a restart of the gateway the node is back, the same process', async () => {
    await gateway.restart();
    await nodeThatIs(cli, 'connected', 'studio');
    assert.equal(node.starts(), 1);
  });

  await t.test('tokens: rotate prints the new one, the node goes on', async () => {
    const nodeId = await nodeThatIs(cli, 'connected', 'studio');
    const rotated = await cli.json(['devices', 'rotate', '--device', nodeId, '--role', 'node']);
    assert.match(String(at(rotated, 'token')), /^[0-9a-f]{32}$/);
    await gateway.restart(); // the node now holds an old device token and must fall back to the shared one
    await nodeThatIs(cli, 'connected', 'studio');
    assert.equal(node.starts(), 1);
  });
});
