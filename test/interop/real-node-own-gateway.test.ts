/** The published node host (protocol 3) with our gateway and our command line: the whole life of a pairing. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeCli } from './lib/cli.ts';
import { startForwardingProxy } from './lib/forwarding-proxy.ts';
import { startGateway } from './lib/gateway.ts';
import { startNodeHost } from './lib/node-host.ts';
import { connectOperator } from './lib/operator.ts';
import { until } from './lib/scratch.ts';
import { nodeThatIs, pendingRequest } from './lib/wire-shapes.ts';
import { missingPeers } from './peer-versions.ts';

test('the published node host pairs, runs, survives a restart and is shut out when removed', {
  skip: missingPeers('node', 'clawdbot'),
}, async (t) => {
  await using stack = new AsyncDisposableStack();
  const gateway = await startGateway(stack, 'own');
  const proxyPort = await startForwardingProxy(stack, { targetPort: gateway.port });
  const cli = makeCli(stack, { software: 'own', port: gateway.port, token: gateway.token });
  const node = startNodeHost(stack, {
    software: 'real',
    port: proxyPort,
    token: gateway.token,
    displayName: 'studio',
  });

  await t.test('from elsewhere it waits for a person, and every try is the same request', async () => {
    await node.waitForOutput('pairing required');
    const first = await pendingRequest(cli, 'node');
    await until('a second try', () => (node.starts() > 1 ? true : undefined));
    assert.equal(await pendingRequest(cli, 'node'), first);
    const pending = await cli.run(['nodes', 'pending']);
    assert.match(pending.stdout, new RegExp(`${first}.*studio`));
  });

  await t.test('approved, it connects by itself', async () => {
    const approved = await cli.run(['nodes', 'approve', await pendingRequest(cli, 'node')]);
    assert.equal(approved.exitCode, 0, approved.stderr);
    await nodeThatIs(cli, 'connected', 'studio');
    const pending = await cli.run(['nodes', 'pending']);
    assert.equal(pending.stdout, 'No pending pairing requests.\n');
  });

  await t.test('an allowlisted program runs, anything else is refused by the node', async () => {
    const added = await cli.run(['approvals', 'allowlist', 'add', '/usr/bin/uname', '--node', 'studio']);
    assert.equal(added.exitCode, 0, added.stderr);
    const ran = await cli.json(systemRun(['/usr/bin/uname', '-s']));
    assert.deepEqual(payloadOf(ran), {
      exitCode: 0,
      timedOut: false,
      success: true,
      stdout: 'Linux\n',
      stderr: '',
      error: null,
    });
    const refused = await cli.run(systemRun(['/usr/bin/id', '-u']));
    assert.notEqual(refused.exitCode, 0);
    assert.match(refused.stderr, /SYSTEM_RUN_DENIED: approval required/);
  });

  await t.test('a word in the parameters is not an approval', async () => {
    const params = JSON.stringify({
      command: ['/usr/bin/id', '-u'],
      approved: true,
      approvalDecision: 'allow-once',
    });
    const refused = await cli.run([
      'nodes',
      'invoke',
      '--node',
      'studio',
      '--command',
      'system.run',
      '--params',
      params,
    ]);
    assert.notEqual(refused.exitCode, 0);
    assert.doesNotMatch(refused.stdout, /"stdout"/);
  });

  await t.test('an approved run returns output and status of the remote program, once', async () => {
    const approver = await connectOperator(stack, gateway);
    const running = cli.run([
      'nodes',
      'run',
      '--node',
      'studio',
      '--',
      'sh',
      '-c',
      'echo out; echo err >&2; exit 3',
    ]);
    const request = await approver.nextRequest();
    await approver.decide(request.id, 'allow-once');
    const ran = await running;
    assert.equal(ran.exitCode, 3, ran.stderr);
    assert.equal(ran.stdout, 'out\n');
    assert.match(ran.stderr, /^err$/m);
  });

  await t.test('after a restart of the gateway it is back without anybody doing anything', async () => {
    await gateway.restart();
    await nodeThatIs(cli, 'connected', 'studio');
  });

  await t.test('a revoked token closes its connection at once', async () => {
    const nodeId = await nodeThatIs(cli, 'connected', 'studio');
    const revoked = await cli.run(['devices', 'revoke', '--device', nodeId, '--role', 'node']);
    assert.equal(revoked.exitCode, 0, revoked.stderr);
    await node.waitForOutput('device token revoked');
  });

  await t.test('removed, it has to ask again', async () => {
    const nodeId = await nodeThatIs(cli, 'connected', 'studio'); // let in again by the shared token it also has
    const removed = await cli.run(['devices', 'remove', nodeId]);
    assert.equal(removed.exitCode, 0, removed.stderr);
    await pendingRequest(cli, 'node');
  });
});

function systemRun(command: readonly string[]): string[] {
  return [
    'nodes',
    'invoke',
    '--node',
    'studio',
    '--command',
    'system.run',
    '--params',
    JSON.stringify({ command }),
  ];
}

function payloadOf(answer: unknown): unknown {
  return Object(answer).payload;
}
