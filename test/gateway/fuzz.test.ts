import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { freePort } from '../free-port.ts';
import { PATIENCE_MS } from '../patience.ts';
import { startProcess } from './support/child.ts';
import { makeState, TOKEN } from './support/gateway.ts';
import { makeRandom, mutate } from './support/mutate.ts';
import { connectOperator, RawPeer } from './support/peers.ts';

/** How many frames; `.ci/run` asks for 100 000. */
const FRAMES = Number(process.env['GATEWAY_FUZZ_FRAMES'] ?? 20_000);
const SEED = Number(process.env['GATEWAY_FUZZ_SEED'] ?? Date.now() % 1_000_000);

test(`survives ${FRAMES} random and mutated frames (seed ${SEED}), answers on, and stays small`, async (t) => {
  const paths = makeState(t);
  const gateway = await startProcess(t, paths, await freePort());
  const random = makeRandom(SEED);
  const seeds = recordedFrames();
  const before = gateway.residentMb();
  let sent = 0;
  let rounds = 0;
  let peak = before;
  while (sent < FRAMES) {
    const kind = random.below(4);
    const peer = await openPeer(gateway, kind);
    // A stranger is turned away at the first frame that is not right, so more of them would not be looked at.
    for (let count = Math.min(kind === 0 ? 2 : 1_000, FRAMES - sent); count > 0; count -= 1) {
      if (peer.socket.readyState !== peer.socket.OPEN) break;
      peer.socket.send(mutate(random.pick(seeds), random));
      sent += 1;
    }
    // The close frame comes after everything else, so the answer to it says that all was looked at.
    peer.socket.close();
    await endOf(peer);
    rounds += 1;
    if (rounds % 25 === 0) {
      peak = Math.max(peak, gateway.residentMb());
      await assertAnswers(gateway);
    }
  }
  await assertAnswers(gateway);
  peak = Math.max(peak, gateway.residentMb());
  t.diagnostic(`${sent} frames, memory ${Math.round(before)} MB before, ${Math.round(peak)} MB at most`);
  assert.ok(peak < before + 250, `memory grew from ${before} to ${peak} MB`);
  assert.doesNotMatch(gateway.output(), /failed unexpectedly|message handling failed|UnhandledPromise/);
  assert.deepEqual(await gateway.kill('SIGTERM'), { code: 0, signal: null });
});

/** Every frame real clients were recorded to send. */
function recordedFrames(): unknown[] {
  const directory = join(import.meta.dirname, '..', 'wire-samples', 'v3');
  return globSync(join(directory, '*.jsonl'))
    .flatMap((path) => readFileSync(path, 'utf8').trim().split('\n'))
    .map((line) => JSON.parse(line))
    .filter(({ dir, frame }) => dir === 'c2s' && frame !== undefined)
    .map(({ frame }) => frame);
}

/** 0: a stranger; 1 and 2: an operator; 3: a node. */
async function openPeer(gateway: { url: string }, kind: number): Promise<RawPeer> {
  const peer = new RawPeer(gateway);
  await peer.challenge();
  if (kind === 0) return peer;
  const isNode = kind === 3;
  peer.send({
    type: 'req',
    id: 'hello',
    method: 'connect',
    params: {
      minProtocol: 3,
      maxProtocol: 3,
      client: {
        id: isNode ? 'node-host' : 'gateway-client',
        version: '1',
        platform: 'linux',
        mode: isNode ? 'node' : 'backend',
      },
      ...(isNode ? { role: 'node', commands: ['system.run'] } : {}),
      auth: { token: TOKEN },
    },
  });
  assert.equal((await peer.response('hello')).ok, true);
  return peer;
}

async function endOf(peer: RawPeer): Promise<void> {
  const late = setTimeout(() => peer.socket.terminate(), PATIENCE_MS);
  const { code } = await peer.closed;
  clearTimeout(late);
  assert.notEqual(code, 1006, 'the gateway neither answered nor closed');
}

async function assertAnswers(gateway: { url: string }): Promise<void> {
  const operator = await connectOperator({ url: gateway.url });
  await operator.request('health', {}, { timeoutMs: PATIENCE_MS });
  operator.close();
  await operator.closed;
}
