import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ConnectOutcome } from '../../protocol/index.ts';
import { classifyOutcome, isCredentialVerdict } from './failure.ts';

type Failed = Exclude<ConnectOutcome, { kind: 'connected' }>;

function refused(code: string, message: string, details?: unknown): Failed {
  const error = { code, message, ...(details === undefined ? {} : { details }) };
  return { kind: 'refused', error, close: { code: 1008, reason: message } };
}

function closed(cause?: string, code = 1006): Failed {
  return { kind: 'closed', close: { code, reason: '' }, cause };
}

const HINT = '(provide gateway auth token)';

// Texts: gateway-protocol §10, protocol 4 §4.3, and what Node and ws say about sockets.
for (const [outcome, expected] of [
  [refused('NOT_PAIRED', 'pairing required', { requestId: 'r' }), 'pairing'],
  [
    refused('NOT_PAIRED', 'pairing required: device is asking for more', { code: 'PAIRING_REQUIRED' }),
    'pairing',
  ],
  [refused('INVALID_REQUEST', `unauthorized: gateway token mismatch ${HINT}`), 'credentials'],
  [refused('INVALID_REQUEST', `unauthorized: gateway token missing ${HINT}`), 'credentials'],
  [refused('INVALID_REQUEST', 'unauthorized: too many failed authentication attempts'), 'credentials'],
  [refused('INVALID_REQUEST', 'protocol mismatch', { expectedProtocol: 4 }), 'refused'],
  [refused('INVALID_REQUEST', 'device signature invalid'), 'refused'],
  [refused('INVALID_REQUEST', 'invalid connect params: at root: unexpected property'), 'refused'],
  [refused('UNAVAILABLE', 'Error: database is locked'), 'unreachable'],
  [closed('connect ECONNREFUSED 127.0.0.1:1'), 'unreachable'],
  [closed('getaddrinfo ENOTFOUND nowhere'), 'unreachable'],
  [closed('Unexpected server response: 502'), 'unreachable'],
  [closed(undefined, 1012), 'unreachable'],
  [closed('gateway tls fingerprint mismatch: pinned a, found b'), 'refused'],
  [closed('self-signed certificate'), 'refused'],
  [{ kind: 'timeout', afterMs: 10_000 }, 'unreachable'],
] as const) {
  const name = outcome.kind === 'refused' ? outcome.error.message : JSON.stringify(outcome);
  test(`counts as ${expected}: ${name}`, () => {
    const failure = classifyOutcome(outcome);
    assert.equal(failure.class, expected);
    assert.ok(failure.text.length > 0);
  });
}

test('says what to do when the gateway does not know the host name, as behind a proxy nobody told it about', () => {
  const failure = classifyOutcome(closed('Unexpected server response: 421'));
  assert.match(failure.remedy ?? '', /gateway\.allowedHosts/);
});

test('names both protocol numbers when versions do not meet', () => {
  const failure = classifyOutcome(refused('INVALID_REQUEST', 'protocol mismatch', { expectedProtocol: 4 }));
  assert.match(failure.text, /it speaks 4/);
  assert.match(failure.remedy ?? '', /speaks protocols 3 and 4/);
});

test('only a verdict on the credential itself is a reason to try another one', () => {
  assert.ok(isCredentialVerdict(refused('INVALID_REQUEST', `unauthorized: gateway token mismatch ${HINT}`)));
  assert.ok(!isCredentialVerdict(refused('INVALID_REQUEST', 'unauthorized: too many failed attempts')));
  assert.ok(!isCredentialVerdict(refused('NOT_PAIRED', 'pairing required')));
  assert.ok(!isCredentialVerdict(closed('connect ECONNREFUSED')));
});
