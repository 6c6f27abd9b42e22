import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { followOutput } from './follow-output.ts';

function collect() {
  const got = { stdout: '', stderr: '' };
  const follower = followOutput('r', (stream, text) => {
    got[stream] += text;
  });
  return { got, follower };
}

const chunk = (seq: number, stream: string, text: string, runId = 'r') => ({
  type: 'event' as const,
  event: 'exec.output',
  payload: { invokeId: 'i', runId, stream, seq, text },
});

const result = (stdout: string, stderr = '') => ({
  timedOut: false,
  success: true,
  stdout,
  stderr,
  error: null,
});

test('shows everything exactly once, whichever chunks get lost', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.constantFrom('stdout', 'stderr'), fc.string(), fc.boolean())),
      (chunks) => {
        const { got, follower } = collect();
        const full = { stdout: '', stderr: '' };
        for (const [seq, [stream, text, lost]] of chunks.entries()) {
          full[stream as 'stdout' | 'stderr'] += text;
          if (!lost) follower.onEvent(chunk(seq, stream, text));
        }
        follower.finish(result(full.stdout, full.stderr));
        assert.deepEqual(got, full);
      },
    ),
  );
});

test('a result cut at its cap repeats nothing of a longer stream', () => {
  const { got, follower } = collect();
  follower.onEvent(chunk(0, 'stdout', 'x'.repeat(300)));
  follower.finish(result(`${'x'.repeat(100)}\n... (truncated)`));
  assert.equal(got.stdout, 'x'.repeat(300));
});

test('output of another run is not shown', () => {
  const { got, follower } = collect();
  follower.onEvent(chunk(0, 'stdout', 'theirs', 'other'));
  follower.finish(result('mine'));
  assert.equal(got.stdout, 'mine');
});
