import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lookAtRest } from './look-at-rest.ts';

/** Looks at `moments` in turn; each is what was seen, and how it is afterwards. A look that found nothing has no stamp. */
async function looksAt(moments: readonly { seen: string | undefined; after?: string }[], tookMs = 10) {
  let count = 0;
  let now = 0;
  const { looks, isAtRest } = await lookAtRest({
    look: async () => {
      now += tookMs;
      count += 1;
      return moments[count - 1];
    },
    stampOf: (moment) => moment?.seen,
    stampNow: async (moment) => moment?.after ?? '',
    clock: () => now,
    pauseMs: 0,
  });
  return { seen: looks.map((moment) => moment?.seen), isAtRest };
}

test('a look that found nothing is not made again', async () => {
  assert.deepEqual(await looksAt([{ seen: undefined }, { seen: 'b' }]), {
    seen: [undefined],
    isAtRest: true,
  });
});

test('what was the same before and after is told at once', async () => {
  assert.deepEqual(await looksAt([{ seen: 'a', after: 'a' }]), { seen: ['a'], isAtRest: true });
});

test('what changed meanwhile is looked at again', async () => {
  const moments = [{ seen: 'a', after: 'b' }, { seen: undefined }];
  assert.deepEqual(await looksAt(moments), { seen: ['a', undefined], isAtRest: true });
});

test('what never comes to rest is looked at three times, and said to be restless', async () => {
  const restless = ['a', 'b', 'c', 'd'].map((seen) => ({ seen, after: 'other' }));
  assert.deepEqual(await looksAt(restless), { seen: ['a', 'b', 'c'], isAtRest: false });
});

test('there is a second look however long the first one took, and no third after the patience has ended', async () => {
  const restless = ['a', 'b', 'c'].map((seen) => ({ seen, after: 'other' }));
  assert.deepEqual(await looksAt(restless, 2_000), { seen: ['a', 'b'], isAtRest: false });
});
