import assert from 'node:assert/strict';
import { test } from 'node:test';
import { at } from './json.ts';
import { listTranscripts, readTranscript } from './transcript.ts';

test('every recording of both formats is readable and its frames are whole', () => {
  for (const version of ['v3', 'v4'] as const) {
    const names = listTranscripts(version);
    assert.ok(names.length >= 17);
    for (const name of names)
      for (const line of readTranscript(version, name).lines) {
        assert.ok(Number.isFinite(line.atMs), `${name}:${line.line}`);
        if (line.kind === 'frame') assert.notEqual(line.frame, undefined, `${name}:${line.line}`);
      }
  }
});

test('a text that was cut has its recorded length again', () => {
  const lines = readTranscript('v3', 'post-connect-oversized').lines;
  const raw = lines.find((line) => line.kind === 'raw');
  assert.equal(raw?.kind === 'raw' ? raw.text.length : 0, 524_289);
});

test('the forwarding headers of a remote client are kept', () => {
  const [first] = readTranscript('v3', 'node-pairing-required').lines;
  assert.deepEqual(first?.kind === 'open' ? first.headers : {}, { 'x-forwarded-for': '203.0.113.7' });
});

test('protocol 4 recordings tell client and gateway apart', () => {
  const lines = readTranscript('v4', '01-v4-cli-node-list').lines;
  const senders = lines.flatMap((line) =>
    line.kind === 'frame' ? [`${line.from} ${String(at(line.frame, 'type'))}`] : [],
  );
  assert.deepEqual(senders.slice(0, 3), ['gateway event', 'client req', 'gateway res']);
});
