/** The state directory of the published gateway, paired node and all, is carried on by ours. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { resolvePaths, setConfigValue } from '../../src/state/index.ts';
import { startChild } from './lib/child.ts';
import { makeCli } from './lib/cli.ts';
import { PROXY_HOST, startForwardingProxy } from './lib/forwarding-proxy.ts';
import { startGateway } from './lib/gateway.ts';
import { startNodeHost } from './lib/node-host.ts';
import { until } from './lib/scratch.ts';
import { commandOf, environmentOf } from './lib/software.ts';
import { nodeThatIs, pendingRequest } from './lib/wire-shapes.ts';
import { missingPeers } from './peer-versions.ts';

test('a node that the published gateway had paired is in with ours without pairing again', {
  skip: missingPeers('node', 'clawdbot'),
}, async () => {
  await using stack = new AsyncDisposableStack();
  const former = await startGateway(stack, 'real');
  const proxyPort = await startForwardingProxy(stack, { targetPort: former.port });
  const cli = makeCli(stack, { software: 'own', port: former.port, token: former.token });
  const node = startNodeHost(stack, {
    software: 'real',
    port: proxyPort,
    token: former.token,
    displayName: 'studio',
  });
  await node.waitForOutput('pairing required');
  const approved = await cli.run(['devices', 'approve', await pendingRequest(cli, 'node')]);
  assert.equal(approved.exitCode, 0, approved.stderr);
  const nodeId = await nodeThatIs(cli, 'connected', 'studio');
  await former.stop();

  // ours checks host names, and the published program would refuse a file with this key
  const paths = resolvePaths({ HOME: former.home });
  assert.equal(setConfigValue(paths, 'gateway.allowedHosts', [PROXY_HOST], { env: {} }).kind, 'written');
  const ours = startChild({
    command: commandOf('own', ['gateway', '--port', String(former.port)]),
    env: environmentOf('own', former.home),
    cwd: former.home,
  });
  stack.defer(async () => void (await ours.stop('SIGTERM', 3_000)));
  await until('the take-over to be told', () =>
    ours.output().includes('took over pairings of the real program') ? true : undefined,
  );
  assert.equal(await nodeThatIs(cli, 'connected', 'studio'), nodeId);
  assert.equal((await cli.run(['devices', 'list'])).stdout.includes('Pending (1)'), false);
});
