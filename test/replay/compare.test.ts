import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { makeBindings } from './bindings.ts';
import { compare } from './compare.ts';

const A = '11111111-1111-4111-8111-111111111111';
const B = '22222222-2222-4222-8222-222222222222';
const C = '33333333-3333-4333-8333-333333333333';

test('an id may be another one, but must stay the same one', () => {
  const bindings = makeBindings();
  assert.deepEqual(compare('m:payload', { requestId: A }, { requestId: B }, bindings), []);
  assert.deepEqual(compare('m:payload', { requestId: A }, { requestId: B }, bindings), []);
  assert.equal(compare('m:payload', { requestId: A }, { requestId: C }, bindings).length, 1);
});

test('two recorded ids may not become one', () => {
  const bindings = makeBindings();
  compare('m:payload', { requestId: A }, { requestId: C }, bindings);
  assert.equal(compare('m:payload', { requestId: B }, { requestId: C }, bindings)[0]?.kind, 'differs');
});

test('an id the client chose must come back as it was', () => {
  assert.equal(compare('m:payload', { id: 'my-id' }, { id: 'other' }, makeBindings())[0]?.kind, 'differs');
});

test('codes, messages and flags are compared to the letter', () => {
  const sample = { ok: false, error: { code: 'INVALID_REQUEST', message: 'unknown requestId' } };
  for (const live of [
    { ok: true, error: sample.error },
    { ok: false, error: { code: 'UNAVAILABLE', message: 'unknown requestId' } },
    { ok: false, error: { code: 'INVALID_REQUEST', message: 'unknown request id' } },
    { ok: false },
    { ...sample, extra: 1 },
    { ok: false, error: { ...sample.error, details: {} } },
  ])
    assert.equal(compare('m:', sample, live, makeBindings()).length, 1, JSON.stringify(live));
});

test('clocks and counters must be whole numbers, whatever their value', () => {
  assert.deepEqual(compare('m:payload', { ts: 5 }, { ts: 7 }, makeBindings()), []);
  for (const ts of ['7', null, 7.5])
    assert.equal(compare('m:payload', { ts: 5 }, { ts }, makeBindings()).length, 1);
});

test('JSON inside a text is compared as JSON', () => {
  const sample = { payloadJSON: '{"a":1,"b":"x"}' };
  assert.deepEqual(compare('m:payload', sample, { payloadJSON: '{"b":"x","a":1}' }, makeBindings()), []);
  assert.equal(compare('m:payload', sample, { payloadJSON: '{"a":1,"b":"y"}' }, makeBindings()).length, 1);
});

test('a list of nodes is compared by node, skipping what the replay never created', () => {
  const older = 'a'.repeat(64);
  const sample = {
    nodes: [
      { nodeId: older, connected: false },
      { nodeId: 'n', connected: true },
    ],
  };
  assert.deepEqual(
    compare('m:payload', sample, { nodes: [{ nodeId: 'n', connected: true }] }, makeBindings()),
    [],
  );
  assert.equal(
    compare('m:payload', sample, { nodes: [{ nodeId: 'n', connected: false }] }, makeBindings()).length,
    1,
  );
  assert.equal(compare('m:payload', sample, { nodes: [] }, makeBindings())[0]?.kind, 'missing');
  const two = {
    nodes: [
      { nodeId: 'n', connected: true },
      { nodeId: 'o', connected: true },
    ],
  };
  assert.equal(compare('m:payload', sample, two, makeBindings())[0]?.kind, 'extra');
});

test('every value is the same as itself, and any change of a literal is noticed', () => {
  const scalar = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null));
  fc.assert(
    fc.property(
      fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.oneof(scalar, fc.array(scalar))),
      scalar,
      (value, other) => {
        assert.deepEqual(compare('m:payload', value, structuredClone(value), makeBindings()), []);
        const changed = { ...value, a: { was: other } };
        assert.notEqual(compare('m:payload', value, changed, makeBindings()).length, 0);
      },
    ),
  );
});
