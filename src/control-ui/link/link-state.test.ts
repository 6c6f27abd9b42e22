import assert from 'node:assert/strict';
import { test } from 'node:test';
import { afterFailure, type FailedAttempt } from './link-state.ts';

const refused = (
  message: string,
  more: Partial<FailedAttempt> = {},
  code = 'INVALID_REQUEST',
  details?: unknown,
) =>
  afterFailure({
    outcome: { kind: 'refused', error: { code, message, details }, close: undefined },
    attempt: 0,
    credential: undefined,
    nowMs: 1_000,
    ...more,
  });

test('a first visit asks for what the gateway wants, without blaming anybody', () => {
  assert.deepEqual(refused('unauthorized: gateway token missing (…)'), {
    kind: 'signed-out',
    wants: 'token',
    why: undefined,
    hasEnded: false,
  });
  assert.deepEqual(refused('unauthorized: gateway password missing (…)'), {
    kind: 'signed-out',
    wants: 'password',
    why: undefined,
    hasEnded: false,
  });
});

test('a wrong secret is told with the words of the gateway, an ended device token as such', () => {
  const why = 'unauthorized: gateway token mismatch (…)';
  assert.deepEqual(refused(why, { credential: { kind: 'token', token: 'x' } }), {
    kind: 'signed-out',
    wants: 'token',
    why,
    hasEnded: false,
  });
  const state = refused(why, { credential: { kind: 'device', token: 'x' } });
  assert.deepEqual(state, { kind: 'signed-out', wants: 'token', why: undefined, hasEnded: true });
});

test('a device that waits for approval asks again soon and keeps the id of its request', () => {
  assert.deepEqual(refused('pairing required', {}, 'NOT_PAIRED', { requestId: 'r' }), {
    kind: 'unpaired',
    requestId: 'r',
    retryAtMs: 4_000,
    attempt: 1,
  });
  for (const [message, code] of [
    ['pairing required: device is not approved yet', 'NOT_PAIRED'],
    ['pairing required: still waiting for the approval', 'UNAVAILABLE'],
  ] as const)
    assert.equal(refused(message, {}, code, { requestId: 'r' }).kind, 'unpaired', message);
});

test('a refusal that nobody can settle on the page is not a lost connection', () => {
  assert.equal(refused('gateway auth required behind reverse proxy').kind, 'refused');
});

test('a browser that cannot sign here is told so instead of trying for ever', () => {
  assert.equal(refused('control ui requires HTTPS or localhost (secure context)').kind, 'insecure');
  assert.equal(refused('device identity required', {}, 'NOT_PAIRED').kind, 'insecure');
});

test('everything else is a lost connection; the waits grow and stay below 15 s', () => {
  const waits = Array.from({ length: 12 }, (_, attempt) => {
    const state = afterFailure({
      outcome: { kind: 'timeout', afterMs: 1 },
      attempt,
      credential: undefined,
      nowMs: 0,
    });
    return state.kind === 'lost' ? state.retryAtMs : Number.NaN;
  });
  assert.deepEqual(
    waits,
    waits.toSorted((a, b) => a - b),
  );
  assert.equal(waits[0], 800);
  assert.equal(waits.at(-1), 15_000);
});
