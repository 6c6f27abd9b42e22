/** The replay must notice what it is there to notice: a scripted gateway says what was recorded, or something else. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { at, isObject, type JsonObject } from './json.ts';
import { playClientSide } from './play-client-side.ts';
import { startRecordedServer } from './recorded-server.ts';
import type { Finding } from './replay-run.ts';
import { readTranscript, type Transcript } from './transcript.ts';

/** Recordings of one refused connect: challenge, connect, response, close. */
const REFUSALS = [
  'handshake-bad-token',
  'handshake-device-signature-expired',
  'handshake-invalid-role',
  'handshake-no-device-no-auth',
  'handshake-protocol-mismatch',
  'handshake-unknown-property',
] as const;

type Answer = { response: JsonObject; close: { code: number; reason: string }; alsoSend?: JsonObject };

for (const name of REFUSALS)
  test(`${name}: the recorded answer is accepted`, async () => {
    assert.deepEqual(await playAgainst(name, (answer) => answer), []);
  });

test('any changed code, message, flag, key, close code or close reason is reported', async () => {
  const changes: readonly ((answer: Answer) => Answer)[] = [
    ({ response, ...rest }) => ({ ...rest, response: { ...response, ok: true } }),
    (answer) => withError(answer, { code: 'UNAVAILABLE' }),
    (answer) => withError(answer, { message: 'no' }),
    (answer) => withError(answer, { details: { why: 'nobody asked' } }),
    ({ response, ...rest }) => ({ ...rest, response: { ...response, extra: 1 } }),
    ({ close, ...rest }) => ({ ...rest, close: { ...close, code: 4001 } }),
    ({ close, ...rest }) => ({ ...rest, close: { ...close, reason: `${close.reason}!` } }),
    (answer) => ({ ...answer, alsoSend: { type: 'event', event: 'device.pair.requested', payload: {} } }),
  ];
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...REFUSALS), fc.constantFrom(...changes), async (name, change) => {
      assert.notDeepEqual(await playAgainst(name, change), []);
    }),
    { numRuns: 60 },
  );
});

test('an answer that never comes is reported, and nothing after it', async () => {
  const transcript = readTranscript('v3', 'handshake-bad-token');
  await using stack = new AsyncDisposableStack();
  const port = await startRecordedServer(stack, async () => {});
  const lines = transcript.lines.slice(0, 4);
  const findings = await playClientSide(
    gatewayAt(port),
    { ...transcript, lines },
    { mayBeMissing: () => true },
  );
  assert.deepEqual(
    findings.map(({ kind, path }) => [kind, path]),
    [['missing', 'response']],
  );
});

async function playAgainst(name: string, change: (answer: Answer) => Answer): Promise<Finding[]> {
  const transcript = readTranscript('v3', name);
  const { response, close, alsoSend } = change(recordedAnswer(transcript));
  await using stack = new AsyncDisposableStack();
  const port = await startRecordedServer(stack, async (client) => {
    const request = await client.next('connect');
    if (alsoSend !== undefined) client.send(alsoSend);
    client.send({ ...response, id: request.id });
    client.close(close.code, close.reason);
  });
  return await playClientSide(gatewayAt(port), transcript); // awaited here: the server must outlive it
}

function recordedAnswer({ lines }: Transcript): Answer {
  const response = lines.find((line) => line.kind === 'frame' && at(line.frame, 'type') === 'res');
  const close = lines.find((line) => line.kind === 'close' && line.from === 'gateway');
  assert.ok(response?.kind === 'frame' && isObject(response.frame) && close?.kind === 'close');
  return { response: response.frame, close };
}

function withError(answer: Answer, change: JsonObject): Answer {
  return {
    ...answer,
    response: { ...answer.response, error: { ...Object(answer.response.error), ...change } },
  };
}

function gatewayAt(port: number): Parameters<typeof playClientSide>[0] {
  const never = async (): Promise<void> => assert.fail('a refusal needs no restart');
  return { url: `ws://127.0.0.1:${port}`, token: 'any', stop: never, start: never };
}
