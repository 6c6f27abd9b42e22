/** Every control-plane command of the published command line with our gateway and our node. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { at } from '../replay/json.ts';
import { makeCli } from './lib/cli.ts';
import { startForwardingProxy } from './lib/forwarding-proxy.ts';
import { startGateway } from './lib/gateway.ts';
import { startNodeHost } from './lib/node-host.ts';
import { connectOperator } from './lib/operator.ts';
import { listIn, nodeThatIs, pendingRequest } from './lib/wire-shapes.ts';
import { missingPeers } from './peer-versions.ts';

test('the published command line drives our gateway and our node', {
  skip: missingPeers('node', 'clawdbot'),
}, async (t) => {
  await using stack = new AsyncDisposableStack();
  const gateway = await startGateway(stack, 'own');
  const proxyPort = await startForwardingProxy(stack, { targetPort: gateway.port });
  const cli = makeCli(stack, { software: 'real', port: gateway.port, token: gateway.token });
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

  await t.test('nodes pending, devices list: the waiting node', async () => {
    await node.waitForOutput('pairing required');
    const request = await pendingRequest(cli, 'node');
    await says(['nodes', 'pending'], new RegExp(request));
    await says(['devices', 'list'], /Pending \(1\)/);
  });

  await t.test(
    'devices reject, then approve: the node is in within a second and was never restarted',
    async () => {
      const rejected = await pendingRequest(cli, 'node');
      await says(['devices', 'reject', rejected], /^Rejected [0-9a-f]{64}$/m);
      await says(['devices', 'reject', rejected], /unknown requestId/, 1);
      await says(['devices', 'approve', await pendingRequest(cli, 'node')], /^Approved [0-9a-f]{64}$/m);
      await nodeThatIs(cli, 'connected', 'studio');
      assert.equal(node.starts(), 1);
      await says(['nodes', 'pending'], /^No pending pairing requests\.$/m);
    },
  );

  await t.test('nodes status, list, describe, rename', async () => {
    await says(['nodes', 'status'], /^Known: 1 · Paired: 1 · Connected: 1$/m);
    await says(['nodes', 'list'], /^Pending: 0 · Paired: 1$/m);
    await says(['nodes', 'describe', '--node', 'studio'], /^- system\.run$/m);
    await says(['nodes', 'describe', '--node', 'nobody'], /unknown node: nobody/, 1);
    await says(
      ['nodes', 'rename', '--node', 'studio', '--name', 'Studio B'],
      /node rename ok: [0-9a-f]{64} -> Studio B/,
    );
    await nodeThatIs(cli, 'connected', 'Studio B');
  });

  await t.test('approvals get, set, allowlist: of the node and of the gateway', async () => {
    for (const target of [['--node', 'studio-b'], ['--gateway']]) {
      await says(['approvals', 'get', ...target], /No allowlist entries\./);
      await says(['approvals', 'allowlist', 'add', '/usr/bin/uname', ...target], /\/usr\/bin\/uname/);
      await says(['approvals', 'allowlist', 'add', '/usr/bin/uname', ...target], /Already allowlisted\./);
      await says(['approvals', 'allowlist', 'remove', '/usr/bin/uname', ...target], /No allowlist entries\./);
    }
    const file = join(cli.home, 'policy.json');
    writeFileSync(
      file,
      JSON.stringify({ version: 1, agents: { main: { allowlist: [{ pattern: '/usr/bin/uname' }] } } }),
    );
    await says(['approvals', 'set', '--node', 'studio-b', '--file', file], /\/usr\/bin\/uname/);
  });

  await t.test('nodes invoke: answers, and errors in the words the command line knows', async () => {
    const which = await cli.json(invoke('system.which', { bins: ['sh', 'no-such-program'] }));
    assert.deepEqual(at(which, 'payload'), { bins: { sh: '/usr/bin/sh' } });
    const ran = await cli.json(invoke('system.run', { command: ['/usr/bin/uname', '-s'], agentId: 'main' }));
    assert.equal(at(ran, 'payload', 'stdout'), 'Linux\n');
    await says(invoke('system.notify', { title: 'a', body: 'b' }), /node command not allowed/, 1);
    await says(invoke('system.run', { command: ['/usr/bin/id'], approved: true }), /SYSTEM_RUN_DENIED/, 1);
  });

  await t.test('nodes run: approved, denied, and nobody there to decide', async () => {
    await says(run(['sh', '-c', 'exit 0']), /exec denied|approval|timeout/, 1);
    const approver = await connectOperator(stack, gateway);
    const approved = cli.run(run(['sh', '-c', 'echo out; echo err >&2; exit 3']));
    await approver.decide((await approver.nextRequest()).id, 'allow-once');
    const end = await approved;
    assert.deepEqual([end.exitCode, end.stdout, end.stderr], [1, 'out\n', 'err\nrun exit 3\n']);
    const denied = cli.run(run(['id', '-u']));
    await approver.decide((await approver.nextRequest()).id, 'deny');
    assert.match((await denied).stderr, /exec denied: user denied/);
  });

  await t.test('nodes run --env: asked about the words, then about the variables with them', async () => {
    const approver = await connectOperator(stack, gateway);
    const running = cli.run(run(['printenv', 'RELEASE'], ['--env', 'RELEASE=seven']));
    const shown: string[] = [];
    for (const _question of ['words', 'variables']) {
      const { id, command } = await approver.nextRequest();
      shown.push(command);
      await approver.decide(id, 'allow-once');
    }
    const end = await running;
    assert.deepEqual([end.exitCode, end.stdout], [0, 'seven\n'], end.stderr);
    assert.deepEqual(shown, ['printenv RELEASE', 'RELEASE=seven printenv RELEASE']);
  });

  await t.test('gateway call, health, probe; health, status, logs', async () => {
    await says(['gateway', 'call', 'node.list', '--params', '{}'], /"connected": true/);
    await says(['gateway', 'call', 'no.such'], /unknown method: no\.such/, 1);
    await says(['gateway', 'health'], /^OK/m);
    await says(['gateway', 'probe'], /Connect: ok \(\d+ms\) · RPC: ok/);
    await says(['health'], /Agents: main/);
    await says(['status'], /reachable \d+ms/);
    await says(['logs', '--limit', '3'], /Log file: .*gateway\.log/);
    await says(['system', 'presence'], /"reason": "self"/);
  });

  await t.test('devices rotate, revoke: the connection ends', async () => {
    const nodeId = await nodeThatIs(cli, 'connected', 'Studio B');
    const rotated = await cli.json(['devices', 'rotate', '--device', nodeId, '--role', 'node']);
    assert.match(String(at(rotated, 'token')), /^[0-9a-f]{32}$/);
    await says(['devices', 'revoke', '--device', nodeId, '--role', 'node'], /"revokedAtMs": \d+/);
    await node.waitForOutput('device token revoked');
    assert.equal(listIn(await cli.json(['devices', 'list', '--json']), 'paired').length, 2);
  });
});

function invoke(command: string, params: object): string[] {
  return ['nodes', 'invoke', '--node', 'studio-b', '--command', command, '--params', JSON.stringify(params)];
}

function run(command: readonly string[], options: readonly string[] = []): string[] {
  return ['nodes', 'run', '--node', 'studio-b', ...options, '--', ...command];
}
