import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InvokeMemory, type RememberedInvoke } from './invoke-memory.ts';

const entry = (): RememberedInvoke => ({
  fingerprint: 'f',
  nodeId: 'n',
  outcome: Promise.resolve({ kind: 'ok', result: { payload: 1, payloadJson: null } }),
  invokeId: undefined,
  streamsTo: undefined,
  waiters: new Set(),
  finishedAtMs: undefined,
  sizeBytes: 0,
  facts: {},
});

test('keeps a bounded number and size of finished answers, and every running call', () => {
  const memory = new InvokeMemory();
  memory.start('running', entry());
  for (let index = 0; index < 5_000; index += 1) {
    const finished = entry();
    memory.start(`k${index}`, finished);
    memory.finish(`k${index}`, finished, 100, index);
  }
  assert.ok(memory.size <= 2_001);
  assert.ok(memory.get('running'));
  assert.ok(memory.get('k4999'));
  assert.equal(memory.get('k0'), undefined);
  for (let index = 0; index < 40; index += 1) {
    const large = entry();
    memory.start(`large ${index}`, large);
    memory.finish(`large ${index}`, large, 512 * 1024, 5_000);
  }
  assert.ok(memory.size <= 34);
});

test('forgets an answer after ten minutes', () => {
  const memory = new InvokeMemory();
  const [old, fresh] = [entry(), entry()];
  memory.start('old', old);
  memory.finish('old', old, 1, 0);
  memory.start('fresh', fresh);
  memory.finish('fresh', fresh, 1, 600_000);
  assert.equal(memory.get('old'), undefined);
  assert.ok(memory.get('fresh'));
});

test('finds a running call by its invoke id until it is finished', () => {
  const memory = new InvokeMemory();
  const running = entry();
  memory.start('k', running);
  memory.markSent(running, 'i1');
  assert.equal(memory.findRunning('i1'), running);
  memory.finish('k', running, 1, 0);
  assert.equal(memory.findRunning('i1'), undefined);
});
