import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reactToConfig } from './config-change.ts';

const cases: [string, unknown, unknown, ReturnType<typeof reactToConfig>][] = [
  ['nothing', { gateway: { port: 1 } }, { gateway: { port: 1 } }, 'nothing'],
  ['the port', { gateway: { port: 1 } }, { gateway: { port: 2 } }, 'restart'],
  ['a new gateway section', {}, { gateway: { auth: { token: 'x' } } }, 'restart'],
  ['the gateway elsewhere', { gateway: {} }, { gateway: { remote: { url: 'ws://x' } } }, 're-read'],
  ['commands of nodes', { gateway: {} }, { gateway: { nodes: { denyCommands: ['a'] } } }, 'restart'],
  ['the log level', { logging: { level: 'info' } }, { logging: { level: 'debug' } }, 're-read'],
  ['discovery', {}, { discovery: { mdns: { mode: 'off' } } }, 'restart'],
  ['a key nobody knows', {}, { surprise: 1 }, 'restart'],
  ['a file that is no object any more', { gateway: { port: 1 } }, null, 'restart'],
];

for (const [what, before, after, reaction] of cases) {
  test(`a change of ${what}: ${reaction}`, () =>
    assert.equal(reactToConfig(before, after, 'hybrid'), reaction));
}

test('gateway.reload.mode decides how far a change may go', () => {
  const [before, after] = [{ gateway: { port: 1 } }, { gateway: { port: 2 } }];
  assert.equal(reactToConfig(before, after, 'off'), 'nothing');
  assert.equal(reactToConfig(before, after, 'hot'), 're-read');
  assert.equal(reactToConfig({}, { logging: {} }, 'restart'), 'restart');
});
