import assert from 'node:assert/strict';
import { test } from 'node:test';
import { takeTokenFromAddress } from './address-token.ts';

test('the token is taken from the fragment, else the query, and nothing of either stays in the address', () => {
  const table: [string, string | undefined, string][] = [
    ['http://h:1/#token=a%2Bb', 'a+b', 'http://h:1/'],
    ['http://h:1/op/#token=x', 'x', 'http://h:1/op/'],
    ['http://h:1/?token=q', 'q', 'http://h:1/'],
    ['http://h:1/?token=q#token=f', 'f', 'http://h:1/'],
    ['http://h:1/#/nodes', undefined, 'http://h:1/#/nodes'],
    ['http://h:1/?gatewayUrl=ws://evil#/logs', undefined, 'http://h:1/#/logs'],
    ['http://h:1/#token=', undefined, 'http://h:1/'],
  ];
  for (const [address, token, clean] of table)
    assert.deepEqual(takeTokenFromAddress(address), { token, clean }, address);
});
