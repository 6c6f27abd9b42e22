import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { test } from 'node:test';
import { freePort } from '../free-port.ts';
import { PATIENCE_MS } from '../patience.ts';
import { startProcess } from './support/child.ts';
import { makeState, TOKEN, writeState } from './support/gateway.ts';
import { connectNode, connectOperator } from './support/peers.ts';

test('a second gateway for the same state directory ends with 78 and names the first', async (t) => {
  const paths = makeState(t);
  const port = await freePort();
  const first = await startProcess(t, paths, port);
  await assert.rejects(startProcess(t, paths, port), new RegExp(`lock/held.*pid ${first.child.pid}`, 's'));
  await connectOperator(first);
});

test('SIGTERM announces the end, lets a running call finish, closes with 1012 and exits with 0', async (t) => {
  const paths = makeState(t);
  const gateway = await startProcess(t, paths, await freePort());
  const operator = await connectOperator(gateway);
  const node = await connectNode(gateway, {
    onEvent: ({ event, payload }, connection) => {
      if (event !== 'node.invoke.request') return;
      const { id, nodeId } = payload as { id: string; nodeId: string };
      setTimeout(
        () => void connection?.request('node.invoke.result', { id, nodeId, ok: true, payload: 'done' }),
        400,
      );
    },
  });
  const call = { nodeId: node.keys.deviceId, command: 'system.which', idempotencyKey: 'k' };
  const answer = operator.request('node.invoke', call);
  await operator.request('health');
  const ended = gateway.kill('SIGTERM');
  assert.equal(((await answer) as { payload: unknown }).payload, 'done');
  assert.deepEqual(await operator.closed, { code: 1012, reason: 'service restart' });
  assert.deepEqual(await ended, { code: 0, signal: null });
  assert.deepEqual(operator.events.find(({ event }) => event === 'shutdown')?.payload, {
    reason: 'gateway stopping',
    restartExpectedMs: null,
  });
});

/** Longer than any test waits for something. */
const GRACE_MS = 2 * PATIENCE_MS;

test('a second signal does not wait for the running call', async (t) => {
  const gateway = await startProcess(t, makeState(t), await freePort(), 'fail', {
    supervisor: { drainMs: GRACE_MS },
  });
  const operator = await connectOperator(gateway);
  const node = await connectNode(gateway);
  operator
    .request('node.invoke', { nodeId: node.keys.deviceId, command: 'system.which', idempotencyKey: 'k' })
    .catch(() => {});
  await operator.request('health');
  const startedAt = performance.now();
  const ended = gateway.kill('SIGTERM');
  await untilEvent(operator, 'shutdown');
  gateway.child.kill('SIGTERM');
  assert.deepEqual(await ended, { code: 0, signal: null });
  assert.ok(performance.now() - startedAt < GRACE_MS, 'it did not use the whole grace time');
});

test('a changed token takes effect by a restart in the same process; a bad config does not end it', async (t) => {
  const paths = makeState(t);
  const port = await freePort();
  const gateway = await startProcess(t, paths, port);
  const operator = await connectOperator(gateway);
  const before = (await operator.request('config.get')) as { hash: string };
  const patch = { raw: '{gateway:{auth:{token:"another-token"}}}', baseHash: before.hash };
  await operator.request('config.patch', patch);
  assert.deepEqual(await operator.closed, { code: 1012, reason: 'service restart' });
  assert.deepEqual(operator.events.find(({ event }) => event === 'shutdown')?.payload, {
    reason: 'gateway restarting',
    restartExpectedMs: 1500,
  });
  const back = await retry(() => connectOperator(gateway, { token: 'another-token' }));
  await assert.rejects(connectOperator(gateway, { token: TOKEN }), /token mismatch/);
  const stale = back.request('config.patch', patch);
  await assert.rejects(stale, /config changed since last load; re-run config.get and retry/);
  writeState(paths, { gateway: { mode: 'local', port, auth: { mode: 'token', token: 7 } }, discovery: {} });
  await new Promise((resolve) => setTimeout(resolve, 700));
  assert.ok(await back.request('health'), 'still served, by the former config');
  assert.deepEqual(await gateway.kill('SIGTERM'), { code: 0, signal: null });
});

test('leaves no secret in its log, its output or its command line, and its files are private', async (t) => {
  const paths = makeState(t);
  const gateway = await startProcess(t, paths, await freePort());
  const node = await connectNode(gateway);
  await connectOperator(gateway, { token: 'a-wrong-token-value' }).catch(() => {});
  const secrets = [TOKEN, node.hello.auth?.deviceToken ?? 'none', 'a-wrong-token-value'];
  const commandLine = readFileSync(`/proc/${gateway.child.pid}/cmdline`, 'utf8');
  assert.match(commandLine, /^clawdbot-gateway/);
  await gateway.kill('SIGTERM');
  const log = readFileSync(`${paths.logDir}/gateway.log`, 'utf8');
  for (const secret of secrets) {
    assert.ok(!`${log}${gateway.output()}${commandLine}`.includes(secret), 'a secret was written');
  }
  for (const file of [paths.database, `${paths.logDir}/gateway.log`]) {
    assert.equal(statSync(file).mode & 0o777, 0o600, file);
  }
});

async function untilEvent(peer: { events: { event: string }[] }, name: string): Promise<void> {
  while (!peer.events.some(({ event }) => event === name))
    await new Promise((resolve) => setTimeout(resolve, 5));
}

async function retry<T>(attempt: () => Promise<T>): Promise<T> {
  for (const deadline = Date.now() + PATIENCE_MS; ; ) {
    try {
      return await attempt();
    } catch (thrown) {
      if (Date.now() > deadline) throw thrown;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}
