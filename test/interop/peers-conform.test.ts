/**
 * The recordings against the published programs they were made from. This proves the replay itself: what passes here
 * and fails against ours is a difference of ours.
 */
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { playClientSide } from '../replay/play-client-side.ts';
import { listTranscripts, readTranscript } from '../replay/transcript.ts';
import { CLI_RECORDINGS, examineCommand } from './examine-cli.ts';
import { examineOne, NODE_RECORDINGS } from './examine-node.ts';
import { type Gateway, startGateway } from './lib/gateway.ts';
import { connectOperator } from './lib/operator.ts';
import { until } from './lib/scratch.ts';
import { listIn } from './lib/wire-shapes.ts';
import { missingPeers } from './peer-versions.ts';

const skip = missingPeers('node', 'clawdbot');

/** These end or configure the gateway, so each has one of its own. */
const ALONE = ['gateway-restart-config-patch', 'gateway-shutdown'];
/** These wait for seconds on an idle gateway, side by side. */
const IDLE = ['handshake-timeout', 'tick'];
const SHARING = listTranscripts('v3').filter((name) => ![...ALONE, ...IDLE].includes(name));

// A start costs this gateway seconds of both cores, a recording milliseconds.
describe('the published gateway answers as recorded', { skip, concurrency: 2 }, () => {
  describe('one recording after the other, nobody known before each', { concurrency: 1 }, () => {
    const gateway = sharedGateway();
    for (const name of SHARING)
      test(name, async () => {
        await forgetEverybody(gateway());
        await conforms(gateway(), name);
      });
  });
  describe('nobody connected', { concurrency: 2 }, () => {
    const gateway = sharedGateway();
    for (const name of IDLE) test(name, () => conforms(gateway(), name));
  });
  for (const name of ALONE)
    test(name, async () => {
      await using stack = new AsyncDisposableStack();
      await conforms(await startGateway(stack, 'real'), name);
    });
});

describe('the published node host answers as recorded', { skip, concurrency: 2 }, () => {
  for (const name of NODE_RECORDINGS)
    test(name, async () => assert.deepEqual(await examineOne('real', name), []));
});

describe('the published command line asks as recorded', { skip, concurrency: 2 }, () => {
  for (const [name, recordings] of Object.entries(CLI_RECORDINGS))
    for (const recording of recordings)
      test(`${name}: ${recording.args.slice(0, 2).join(' ')}`, async () => {
        const { differences, unrecorded, fits, end } = await examineCommand('real', name, recording);
        assert.deepEqual(
          { differences, unrecorded, fits },
          { differences: [], unrecorded: [], fits: true },
          end.stderr,
        );
      });
});

async function conforms(gateway: Gateway, name: string): Promise<void> {
  assert.deepEqual(await playClientSide(gateway, readTranscript('v3', name)), []);
}

/** A gateway for the tests of the present suite. */
function sharedGateway(): () => Gateway {
  const stack = new AsyncDisposableStack();
  let gateway: Gateway | undefined;
  before(async () => {
    gateway = await startGateway(stack, 'real');
  });
  after(() => stack.disposeAsync());
  return () => gateway ?? assert.fail('the gateway was not started');
}

/**
 * Takes away what earlier recordings left. This gateway reads its files for every question and keeps none in memory;
 * it is asked afterwards, because it may have been writing as the last connection ended.
 */
async function forgetEverybody(gateway: Gateway): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const operator = await connectOperator(stack, gateway);
  await until('a gateway that knows nobody', async () => {
    for (const name of ['devices', 'nodes', 'exec-approvals.json'])
      rmSync(join(gateway.home, '.clawdbot', name), { recursive: true, force: true });
    const devices = await operator.call('device.pair.list', {});
    const known = [
      ...listIn(devices, 'pending'),
      ...listIn(devices, 'paired'),
      ...listIn(await operator.call('node.list', {}), 'nodes'),
    ];
    return known.length === 0 || undefined;
  });
}
