import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { EXEC_OUTPUT_MAX_CHARS, type ExecOutput } from '../../protocol/index.ts';
import { createOutputForwarder } from './output-forwarder.ts';

const run = { invokeId: 'i', runId: 'r' };

test('whatever the pieces, the text arrives whole, in order and in chunks of the agreed size', async () => {
  const piece = fc.tuple(
    fc.constantFrom('stdout' as const, 'stderr' as const),
    fc.uint8Array({ maxLength: 60 }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 40 }), async (pieces) => {
      const sent: ExecOutput[] = [];
      const forwarder = createOutputForwarder(run, async (chunk) => sent.push(chunk));
      for (const [stream, bytes] of pieces) await forwarder.push(stream, Buffer.from(bytes));
      await forwarder.finish();
      for (const stream of ['stdout', 'stderr'] as const) {
        const bytes = Buffer.concat(
          pieces.filter(([name]) => name === stream).map(([, part]) => Buffer.from(part)),
        );
        const text = sent
          .filter((chunk) => chunk.stream === stream)
          .map((chunk) => chunk.text)
          .join('');
        assert.equal(text, bytes.toString('utf8'));
      }
      assert.deepEqual(
        sent.map(({ seq }) => seq),
        sent.map((_, index) => index),
      );
    }),
  );
});

test('cuts long text at the agreed size, never inside a pair', async () => {
  const sent: string[] = [];
  const forwarder = createOutputForwarder(run, async ({ text }) => sent.push(text));
  const text = `x${'😀'.repeat(EXEC_OUTPUT_MAX_CHARS)}`;
  await forwarder.push('stdout', Buffer.from(text));
  await forwarder.finish();
  assert.equal(sent.join(''), text);
  assert.ok(sent.every((part) => part.length <= EXEC_OUTPUT_MAX_CHARS && part.isWellFormed()));
});

test('holds the stream back while the receiver is behind', async () => {
  const answers: (() => void)[] = [];
  const forwarder = createOutputForwarder(run, () => new Promise<void>((resolve) => answers.push(resolve)));
  const chunk = Buffer.alloc(64_000, 'x');
  assert.equal(forwarder.push('stdout', chunk), undefined);
  assert.equal(forwarder.push('stdout', chunk), undefined);
  const held = forwarder.push('stdout', chunk);
  assert.ok(held !== undefined);
  let isFree = false;
  void held.then(() => {
    isFree = true;
  });
  await new Promise(setImmediate);
  assert.equal(isFree, false);
  for (const answer of answers) answer();
  await held;
});

test('after a failure nothing more is sent and nothing waits', async () => {
  let sends = 0;
  const forwarder = createOutputForwarder(run, () => {
    sends += 1;
    return Promise.reject(new Error('gone'));
  });
  await forwarder.push('stdout', Buffer.alloc(400_000, 'x'));
  await forwarder.finish();
  const before = sends;
  await forwarder.push('stdout', Buffer.alloc(400_000, 'x'));
  await forwarder.finish();
  assert.equal(sends, before);
});
