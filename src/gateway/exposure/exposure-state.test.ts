import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OpsError } from '../../state/index.ts';
import { type Exposure, onAttempt } from './exposure-state.ts';

const URL = 'https://server.tail0000.ts.net:18789/';
const published = { kind: 'published', url: URL, isFunnel: false, isNew: false } as const;
const trouble = (said: string) => ({
  kind: 'failed' as const,
  trouble: new OpsError('tailnet/denied', `cannot publish: ${said}`, {
    remedies: [{ kind: 'run', command: ['sudo', 'tailscale', 'up'] }],
  }),
});

test('what stays as it is, is said once', () => {
  let state: Exposure = { state: 'checking' };
  const said: string[] = [];
  for (const [index, attempt] of [
    published,
    published,
    trouble('a'),
    trouble('a'),
    trouble('b'),
    published,
  ].entries()) {
    const { next, news } = onAttempt(state, attempt, { failures: index, nowMs: index });
    state = next;
    if (news !== undefined) said.push(`${news.level} ${news.text}`);
  }
  assert.deepEqual(said, [
    `info reachable as ${URL}`,
    'warn cannot publish: a; serving locally meanwhile; sudo tailscale up',
    'warn cannot publish: b; serving locally meanwhile; sudo tailscale up',
    `info reachable as ${URL}`,
  ]);
});

test('it looks again soon, then every ten seconds, and tells when', () => {
  const waits = [1, 2, 3, 4, 5, 50].map((failures) => {
    const { next, waitMs } = onAttempt({ state: 'checking' }, trouble('a'), { failures, nowMs: 1_000 });
    assert.equal(next.state === 'degraded' && next.nextAttemptAtMs, 1_000 + waitMs);
    return waitMs;
  });
  assert.deepEqual(waits, [1_000, 2_000, 4_000, 8_000, 10_000, 10_000]);
});

test('since when it is published or not survives looks that find the same', () => {
  const first = onAttempt({ state: 'checking' }, published, { failures: 0, nowMs: 5 }).next;
  const later = onAttempt(first, published, { failures: 0, nowMs: 99 }).next;
  assert.equal(later.state === 'published' && later.sinceMs, 5);
  const broken = onAttempt(later, trouble('a'), { failures: 1, nowMs: 100 }).next;
  const still = onAttempt(broken, trouble('b'), { failures: 2, nowMs: 200 }).next;
  assert.equal(still.state === 'degraded' && still.sinceMs, 100);
});
