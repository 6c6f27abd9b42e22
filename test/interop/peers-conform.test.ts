/**
 * The recordings against the published programs they were made from. This proves the replay itself: what passes here
 * and fails against ours is a difference of ours.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { playClientSide } from '../replay/play-client-side.ts';
import { listTranscripts, readTranscript } from '../replay/transcript.ts';
import { CLI_RECORDINGS, examineCommand } from './examine-cli.ts';
import { examineOne, NODE_RECORDINGS } from './examine-node.ts';
import { startGateway } from './lib/gateway.ts';
import { missingPeers } from './peer-versions.ts';

const skip = missingPeers('node', 'clawdbot');

describe('the published gateway answers as recorded', { skip, concurrency: 2 }, () => {
  for (const name of listTranscripts('v3'))
    test(name, async () => {
      await using stack = new AsyncDisposableStack();
      const gateway = await startGateway(stack, 'real');
      assert.deepEqual(await playClientSide(gateway, readTranscript('v3', name)), []);
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
