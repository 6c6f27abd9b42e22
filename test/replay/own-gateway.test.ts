/** Every recording of protocol 3 against our gateway, started as a process with an empty home, one for each. */
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { startGateway } from '../interop/lib/gateway.ts';
import {
  type DeliberateDifference,
  GATEWAY_DIFFERENCES,
  idle,
  mayBeMissing,
  unexplained,
} from './deliberate-differences.ts';
import { playClientSide } from './play-client-side.ts';
import { listTranscripts, readTranscript } from './transcript.ts';

/** The recorded change restarts the published gateway; ours applies it at once unless it is told to restart for everything. */
const CONFIG: Readonly<Record<string, Record<string, unknown>>> = {
  'gateway-restart-config-patch': { reload: { mode: 'restart' } },
};

const used = new Set<DeliberateDifference>();
let played = 0;

describe('our gateway answers recorded clients as the published one did', { concurrency: 4 }, () => {
  for (const name of listTranscripts('v3'))
    test(name, async () => {
      await using stack = new AsyncDisposableStack();
      const gateway = await startGateway(stack, 'own', CONFIG[name]);
      const findings = await playClientSide(gateway, readTranscript('v3', name), {
        neverSent: ['voicewake.changed'],
        mayBeMissing: (path) => mayBeMissing(GATEWAY_DIFFERENCES, name, path),
      });
      assert.deepEqual(unexplained(GATEWAY_DIFFERENCES, name, findings, used), []);
      played += 1;
    });

  after(() => {
    if (played < listTranscripts('v3').length) return; // a selection was run, or something failed
    assert.deepEqual(
      idle(GATEWAY_DIFFERENCES, used),
      [],
      'listed differences that no recording meets any more',
    );
  });
});
