import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type RunningGateway, startGateway } from '../../src/gateway/index.ts';
import type { RunResult } from '../../src/protocol/index.ts';
import { loadConfig, resolveGatewaySettings, type StatePaths } from '../../src/state/index.ts';
import { cleanUp } from '../clean-up.ts';
import { makeState, TOKEN } from '../gateway/support/gateway.ts';
import { PROXY_HOST, startForwardingProxy } from '../interop/lib/forwarding-proxy.ts';
import { startGateway as startPublishedGateway } from '../interop/lib/gateway.ts';
import { missingPeers } from '../interop/peer-versions.ts';
import { startHalfOpenRelay } from './fixtures/half-open-relay.ts';
import { connectOperator, type Operator } from './fixtures/operator.ts';
import { makeHome, type RunningNode, startNode, until } from './fixtures/running-node.ts';

const OPEN_POLICY = { version: 1, defaults: { security: 'full', ask: 'off' } };

async function ownGateway(t: TestContext, paths: StatePaths, port = 0): Promise<RunningGateway> {
  const loaded = loadConfig(paths, {});
  const settings = resolveGatewaySettings(loaded, {});
  const gateway = await startGateway({
    paths,
    version: 'test',
    config: loaded.config,
    settings: { ...settings, port, addresses: [{ host: '127.0.0.1', optional: false }] },
  });
  cleanUp(t, () => gateway.stop({ reason: 'gateway stopping', graceMs: 0 }));
  return gateway;
}

/** Port of a proxy that makes the gateway see a client from elsewhere. */
async function proxyTo(t: TestContext, port: number): Promise<number> {
  const stack = new AsyncDisposableStack();
  cleanUp(t, () => stack.disposeAsync());
  return startForwardingProxy(stack, { targetPort: port });
}

async function pair(node: RunningNode, operator: Operator): Promise<{ nodeId: string; tookMs: number }> {
  const waiting = await until('the node to wait for approval', () => {
    const state = node.state();
    return state?.state === 'waiting-for-approval' && state.requestId !== undefined ? state : undefined;
  });
  const approved = await operator.request('device.pair.approve', { requestId: waiting.requestId });
  const from = Date.now();
  await connected(node);
  const { device } = approved as { device: { deviceId: string } }; // shape: gateway-protocol §15
  return { nodeId: device.deviceId, tookMs: Date.now() - from };
}

function connected(node: RunningNode): Promise<unknown> {
  return until('the node to be connected', () => node.state()?.state === 'connected');
}

let keys = 0;

async function invokeRun(operator: Operator, nodeId: string, params: object): Promise<RunResult> {
  keys += 1;
  const answer = await operator.request('node.invoke', {
    nodeId,
    command: 'system.run',
    params,
    timeoutMs: 20_000,
    idempotencyKey: `test-${keys}`,
  });
  return (answer as { payload: RunResult }).payload; // shape: gateway-protocol §15
}

test('our gateway: pairs from afar, runs, streams, cancels, survives a restart and a revoked token', async (t) => {
  const state = makeState(t, { allowedHosts: [PROXY_HOST] });
  const first = await ownGateway(t, state);
  const proxyPort = await proxyTo(t, first.port);
  const { paths, home } = makeHome(t, OPEN_POLICY);
  const node = startNode(t, { paths, port: proxyPort, token: TOKEN });
  const operator = await connectOperator(t, first.url, TOKEN);
  const { nodeId, tookMs } = await pair(node, operator);
  t.diagnostic(`connected ${tookMs} ms after the approval`);

  const ran = await invokeRun(operator, nodeId, { command: ['/bin/sh', '-c', 'echo hi; exit 4'] });
  assert.deepEqual([ran.exitCode, ran.stdout], [4, 'hi\n']);
  const streamed = await invokeRun(operator, nodeId, {
    command: ['/bin/sh', '-c', 'echo a; sleep 0.1; echo b'],
    runId: 'r1',
    stream: true,
  });
  assert.equal(streamed.stdout, 'a\nb\n');
  const chunks = operator.events
    .filter(({ event }) => event === 'exec.output')
    .map(({ payload }) => payload as { text: string }); // shape: exec-output.ts
  assert.equal(chunks.map(({ text }) => text).join(''), 'a\nb\n');
  const snapshot = (await operator.request('exec.approvals.node.get', { nodeId })) as { hash: string }; // shape: gateway-protocol §15
  await operator.request('exec.approvals.node.set', { nodeId, file: OPEN_POLICY, baseHash: snapshot.hash });
  const large = await invokeRun(operator, nodeId, { command: ['/bin/sh', '-c', 'head -c 190000 /dev/zero'] });
  assert.match(large.stdout, /\(truncated\)$/);

  await first.stop({ reason: 'gateway restarting', restartExpectedMs: 1_500, graceMs: 0 });
  await until('the loss', () => node.state()?.state !== 'connected');
  const second = await ownGateway(t, state, first.port);
  const from = Date.now();
  await connected(node);
  t.diagnostic(`connected ${Date.now() - from} ms after the gateway listened again`);

  const again = await connectOperator(t, second.url, TOKEN);
  assert.equal((await invokeRun(again, nodeId, { command: ['/bin/echo', 'back'] })).stdout, 'back\n');
  const tokenBefore = readFileSync(paths.deviceAuth, 'utf8');
  await again.request('device.token.revoke', { deviceId: nodeId, role: 'node' });
  await until('the loss', () => node.state()?.state !== 'connected');
  await connected(node);
  assert.notEqual(
    readFileSync(paths.deviceAuth, 'utf8'),
    tokenBefore,
    'the configured token brought a new device token',
  );
  assert.ok(home.length > 0);
});

test('our gateway with TLS: connects to the pinned certificate, and shows nothing to another one', async (t) => {
  const state = makeState(t, { tls: { enabled: true } });
  const gateway = await ownGateway(t, state);
  const certificate = new X509Certificate(readFileSync(join(state.tlsDir, 'gateway-cert.pem')));
  const pin = certificate.fingerprint256;
  const address = { host: '127.0.0.1', port: gateway.port, tls: true };
  const { paths } = makeHome(t, OPEN_POLICY);
  const node = startNode(t, { paths, port: 0, token: TOKEN, gateway: { ...address, tlsFingerprint: pin } });
  await connected(node);
  await node.stop();
  const other = makeHome(t, OPEN_POLICY);
  const wrongPin = pin.replace(/^../, pin.startsWith('00') ? '01' : '00');
  const refused = startNode(t, {
    paths: other.paths,
    port: 0,
    token: TOKEN,
    gateway: { ...address, tlsFingerprint: wrongPin },
  });
  const last = await until('a refusal', () => refused.states.find((seen) => seen.state === 'backoff'));
  assert.match(
    last?.state === 'backoff' ? last.lastError.text : '',
    /fingerprint mismatch: pinned [0-9a-f]{64}, found/,
  );
  assert.ok(
    last?.state === 'backoff' && last.nextAttemptAt - refused.sinceMs(last) > 5_000,
    'a wrong pin is no reason to hurry',
  );
  const unpinned = makeHome(t, OPEN_POLICY);
  const distrusting = startNode(t, { paths: unpinned.paths, port: 0, token: TOKEN, gateway: address });
  const said = await until('a refusal', () => distrusting.states.find((seen) => seen.state === 'backoff'));
  assert.match(
    said?.state === 'backoff' ? said.lastError.text : '',
    /certificate of the gateway is not trusted/,
  );
});

test('the published gateway: pairs from afar, runs, answers in its shapes, and comes back after a restart', {
  skip: missingPeers('node', 'clawdbot'),
}, async (t) => {
  const stack = new AsyncDisposableStack();
  cleanUp(t, () => stack.disposeAsync());
  const gateway = await startPublishedGateway(stack, 'real');
  const proxyPort = await startForwardingProxy(stack, { targetPort: gateway.port });
  const relay = await startHalfOpenRelay(t, proxyPort);
  const { paths } = makeHome(t, { version: 1 });
  const node = startNode(t, { paths, port: relay.port, token: gateway.token, displayName: 'our node' });
  const operator = await connectOperator(t, gateway.url, gateway.token);
  const { nodeId, tookMs } = await pair(node, operator);
  t.diagnostic(`connected ${tookMs} ms after the approval`);

  const { nodes } = (await operator.request('node.list', {})) as {
    nodes: { nodeId: string; commands: string[] }[];
  }; // shape: gateway-protocol §15
  assert.deepEqual(nodes.find((entry) => entry.nodeId === nodeId)?.commands, [
    'system.execApprovals.get',
    'system.execApprovals.set',
    'system.run',
    'system.which',
  ]);
  await assert.rejects(invokeRun(operator, nodeId, { command: ['/usr/bin/uname', '-s'] }), {
    message: 'SYSTEM_RUN_DENIED: approval required',
  });
  const snapshot = (await operator.request('exec.approvals.node.get', { nodeId })) as { hash: string }; // same
  const file = { version: 1, agents: { main: { allowlist: [{ pattern: '/usr/bin/uname' }] } } };
  await operator.request('exec.approvals.node.set', { nodeId, file, baseHash: snapshot.hash });
  const ran = await invokeRun(operator, nodeId, { command: ['/usr/bin/uname', '-s'] });
  assert.deepEqual(ran, {
    exitCode: 0,
    timedOut: false,
    success: true,
    stdout: 'Linux\n',
    stderr: '',
    error: null,
  });
  const zeros = ['/bin/sh', '-c', 'head -c 150000 /dev/zero'];
  const large = await invokeRun(operator, nodeId, { command: zeros, approved: true });
  assert.match(large.stdout, /\(truncated\)$/, 'the published node loses its connection here');
  assert.equal(node.state()?.state, 'connected');

  relay.loseClients();
  await until('the loss', () => node.state()?.state !== 'connected');
  await connected(node);
  const seen = node.states.length;
  relay.endLeftovers(); // now the gateway forgets the new connection together with the old one
  await until('the node to notice', () => node.log.some((line) => line.includes('lost track of this node')));
  await until('the node to be back', () =>
    node.states.slice(seen).some(({ state }) => state === 'connected'),
  );
  assert.equal((await invokeRun(operator, nodeId, { command: ['/usr/bin/uname', '-s'] })).stdout, 'Linux\n');

  await gateway.restart();
  const from = Date.now();
  await connected(node);
  t.diagnostic(`connected ${Date.now() - from} ms after the published gateway answered again`);
});
