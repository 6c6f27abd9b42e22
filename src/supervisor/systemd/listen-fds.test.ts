import assert from 'node:assert/strict';
import { test } from 'node:test';
import { takeInheritedSockets } from './listen-fds.ts';

test('gives each descriptor with its name and clears the environment', () => {
  const env: Record<string, string | undefined> = {
    LISTEN_PID: '42',
    LISTEN_FDS: '2',
    LISTEN_FDNAMES: 'gateway:other',
    HOME: '/',
  };
  assert.deepEqual(takeInheritedSockets(env, 42), [
    { fd: 3, name: 'gateway' },
    { fd: 4, name: 'other' },
  ]);
  assert.deepEqual(env, { HOME: '/' });
});

test('names a descriptor without a name', () => {
  assert.deepEqual(takeInheritedSockets({ LISTEN_PID: '42', LISTEN_FDS: '1' }, 42), [
    { fd: 3, name: 'unknown' },
  ]);
});

for (const [why, env] of [
  ['are absent', {}],
  ['are meant for another process', { LISTEN_PID: '41', LISTEN_FDS: '1' }],
  ['are no numbers', { LISTEN_PID: '42', LISTEN_FDS: '-1' }],
  ['say none', { LISTEN_PID: '42', LISTEN_FDS: '0' }],
] as const) {
  test(`gives none when the variables ${why}`, () => {
    assert.deepEqual(takeInheritedSockets({ ...env }, 42), []);
  });
}
