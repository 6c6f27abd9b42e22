import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseIncoming, parseRequest } from './frames.ts';

// Texts as the reference gateway sends them: test/wire-samples/v3/post-connect-malformed.jsonl.
const REFUSED: ReadonlyArray<[string, unknown, string]> = [
  ['[1]', 'invalid', 'invalid request frame: must be object'],
  ['null', 'invalid', 'invalid request frame: must be object'],
  [
    '{"type":"req","id":"a","method":"last-heartbeat","extra":1}',
    'a',
    "invalid request frame: at root: unexpected property 'extra'",
  ],
  [
    '{"type":"event","event":"x"}',
    'invalid',
    "invalid request frame: must have required property 'id'; must have required property 'method'; at root: unexpected property 'event'; at /type: must be equal to constant",
  ],
  ['{"type":"req","id":7,"method":"health"}', 7, 'invalid request frame: at /id: must be string'],
  [
    '{"type":"req","id":"","method":"health"}',
    '',
    'invalid request frame: at /id: must NOT have fewer than 1 characters',
  ],
];

for (const [message, replyId, text] of REFUSED) {
  test(`refuses ${message} in the reference's words`, () => {
    assert.deepEqual(parseRequest(message), { kind: 'bad-frame', replyId, message: text });
  });
}

test('takes a request with and without params', () => {
  assert.deepEqual(parseRequest('{"type":"req","id":"1","method":"health"}'), {
    kind: 'request',
    frame: { type: 'req', id: '1', method: 'health' },
  });
  assert.deepEqual(parseRequest('{"type":"req","id":"1","method":"m","params":null}'), {
    kind: 'request',
    frame: { type: 'req', id: '1', method: 'm', params: null },
  });
});

test('says what is not JSON', () => {
  assert.deepEqual(parseRequest('not json'), { kind: 'not-json' });
});

test('gives every request that was written back unchanged', () => {
  fc.assert(
    fc.property(
      fc.string({ minLength: 1 }),
      fc.string({ minLength: 1 }),
      fc.jsonValue(),
      (id, method, params) => {
        // JSON text has no -0; compare with what JSON can carry.
        const frame = JSON.parse(JSON.stringify({ type: 'req', id, method, params }));
        assert.deepEqual(parseRequest(JSON.stringify(frame)), { kind: 'request', frame });
      },
    ),
  );
});

test('never throws, whatever arrives on either side', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (message) => {
      parseRequest(message);
      parseIncoming(message);
    }),
    { numRuns: 2000 },
  );
});

test('a client tolerates unknown keys of a newer gateway but not a response without ok', () => {
  assert.equal(parseIncoming('{"type":"res","id":"1","ok":true,"extra":1}').kind, 'frame');
  assert.deepEqual(parseIncoming('{"type":"res","id":"1"}'), {
    kind: 'bad-frame',
    message: "must have required property 'ok'",
  });
});
