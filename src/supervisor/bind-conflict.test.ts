import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type BindRelation, bindRelation } from './bind-conflict.ts';

const TABLE: readonly [listener: string, wanted: string, relation: BindRelation][] = [
  ['127.0.0.1', '127.0.0.1', 'blocks'],
  ['0.0.0.0', '127.0.0.1', 'blocks'],
  ['127.0.0.1', '0.0.0.0', 'blocks'],
  ['::1', '::1', 'blocks'],
  ['::', '::1', 'blocks'],
  ['::ffff:127.0.0.1', '127.0.0.1', 'blocks'],
  ['::', '127.0.0.1', 'may-block'],
  ['0.0.0.0', '::', 'may-block'],
  ['::1', '127.0.0.1', 'ambiguous'],
  ['127.0.0.2', '127.0.0.1', 'ambiguous'],
  ['192.168.1.10', '127.0.0.1', 'unrelated'],
  ['fe80::1', '::1', 'unrelated'],
];

for (const [address, wanted, relation] of TABLE) {
  test(`a listener on ${address} and a bind to ${wanted}: ${relation}`, () => {
    const family = address.includes(':') ? 'ipv6' : 'ipv4';
    assert.equal(bindRelation({ family, address }, wanted), relation);
  });
}
