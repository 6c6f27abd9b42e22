import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRunLedger } from './run-ledger.ts';

const limits = { maxKeys: 4, maxReplyBytes: 10, sizeOf: (reply: string) => reply.length };

test('knows a run by any of its keys, while it runs and after', async () => {
  const ledger = createRunLedger<string>(limits);
  const reply = Promise.resolve('done');
  ledger.record(['key a', 'run b'], 'f', reply);
  for (const key of ['key a', 'run b']) {
    const found = ledger.find([key], 'f');
    assert.equal(found?.kind === 'known' && (await found.reply), 'done');
  }
  assert.deepEqual(ledger.find(['run b'], 'other'), { kind: 'conflict', key: 'run b' });
  assert.equal(ledger.find(['key z'], 'f'), undefined);
});

test('drops the oldest replies first, but still knows that they ran', async () => {
  const ledger = createRunLedger<string>(limits);
  ledger.record(['1'], 'f', Promise.resolve('12345678'));
  await Promise.resolve();
  ledger.record(['2'], 'f', Promise.resolve('1234'));
  await Promise.resolve();
  assert.deepEqual(ledger.find(['1'], 'f'), { kind: 'forgotten' });
  assert.equal(ledger.find(['2'], 'f')?.kind, 'known');
});

test('forgets the oldest keys beyond its limit', () => {
  const ledger = createRunLedger<string>(limits);
  for (const key of ['1', '2', '3', '4', '5']) ledger.record([key], 'f', new Promise(() => undefined));
  assert.equal(ledger.find(['1'], 'f'), undefined);
  assert.equal(ledger.find(['2'], 'f')?.kind, 'known');
});
