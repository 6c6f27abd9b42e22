/** A machine that ran the published gateway starts ours on the same home: nobody pairs anything again. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeCli } from './lib/cli.ts';
import { startForwardingProxy } from './lib/forwarding-proxy.ts';
import { startGateway } from './lib/gateway.ts';
import { startNodeHost } from './lib/node-host.ts';
import { nodeThatIs, pendingRequest } from './lib/wire-shapes.ts';
import { missingPeers } from './peer-versions.ts';

test('devices and tokens of the published gateway are taken over', {
  skip: missingPeers('node', 'clawdbot'),
}, async (t) => {
  await using stack = new AsyncDisposableStack();
  const published = await startGateway(stack, 'real');
  const proxyPort = await startForwardingProxy(stack, { targetPort: published.port });
  const cli = makeCli(stack, { software: 'real', port: published.port, token: published.token });
  const node = startNodeHost(stack, {
    software: 'real',
    port: proxyPort,
    token: published.token,
    displayName: 'studio',
  });
  await node.waitForOutput('pairing required');
  await cli.run(['devices', 'approve', await pendingRequest(cli, 'node')]);
  const nodeId = await nodeThatIs(cli, 'connected', 'studio');
  await published.stop();

  const ours = await startGateway(stack, 'own', {}, published);

  await t.test(
    'the published node is connected again, the published command line is still paired',
    async () => {
      assert.equal(await nodeThatIs(cli, 'connected', 'studio'), nodeId);
      const listed = await cli.run(['devices', 'list']);
      assert.match(listed.stdout, /Paired \(2\)/);
      assert.doesNotMatch(listed.stdout, /Pending/);
    },
  );

  await t.test('our command line on the home of the published one uses its identity and token', async () => {
    const sameHome = makeCli(stack, { software: 'own', port: ours.port, token: ours.token, home: cli.home });
    assert.equal(await nodeThatIs(sameHome, 'connected', 'studio'), nodeId);
    const listed = await sameHome.run(['devices', 'list']);
    assert.match(listed.stdout, /Paired \(2\)/);
  });

  await t.test('our node on the home of the published one is the same node', async () => {
    await node.stop();
    await nodeThatIs(cli, 'away', 'studio');
    startNodeHost(stack, { software: 'own', port: proxyPort, displayName: 'studio', home: node.home }); // no shared token: its device token is enough
    assert.equal(await nodeThatIs(cli, 'connected', 'studio'), nodeId);
  });
});
