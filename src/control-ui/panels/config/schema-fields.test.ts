import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fieldsOf, otherKeys, patchOf, valueAt } from './schema-fields.ts';

const SCHEMA = {
  schema: {
    type: 'object',
    properties: {
      gateway: {
        type: 'object',
        properties: {
          port: { type: 'integer', minimum: 1, maximum: 65_535, default: 18_789, description: 'TCP port' },
          mode: { enum: ['local', 'remote'] },
          auth: { type: 'object', properties: { token: { type: 'string' } } },
          endpoints: { description: 'free' },
        },
      },
    },
  },
  uiHints: { 'gateway.auth.token': { sensitive: true } },
};

test('reads fields out of the schema, leaves what has no simple form to the text', () => {
  const fields = fieldsOf(SCHEMA);
  assert.deepEqual(
    fields.map(({ path, kind, isSecret, fallback }) => [path.join('.'), kind, isSecret, fallback]),
    [
      ['gateway.port', 'integer', false, 18_789],
      ['gateway.mode', 'choice', false, undefined],
      ['gateway.auth.token', 'text', true, undefined],
    ],
  );
});

test('makes a merge patch that touches only what changed', () => {
  assert.deepEqual(
    patchOf([
      { path: ['gateway', 'port'], value: 1 },
      { path: ['gateway', 'auth', 'token'], value: null },
      { path: ['x'], value: ['a'] },
    ]),
    { gateway: { port: 1, auth: { token: null } }, x: ['a'] },
  );
});

test('names what is in the file and in no field', () => {
  const file = { gateway: { port: 1, strange: 2, endpoints: { a: 1 } }, agents: {}, auth: 1 };
  assert.deepEqual(otherKeys(file, fieldsOf(SCHEMA)), [
    'gateway.strange',
    'gateway.endpoints',
    'agents',
    'auth',
  ]);
  assert.equal(valueAt(file, ['gateway', 'port']), 1);
  assert.equal(valueAt(file, ['gateway', 'nothing', 'here']), undefined);
  assert.equal(valueAt(file, ['constructor']), undefined);
});
