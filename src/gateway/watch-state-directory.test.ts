import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deferLog } from './deferred-log.ts';
import { LOOK_EVERY_MS, watchStateDirectory } from './watch-state-directory.ts';

test('a directory that was replaced is told once, until it is back', (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] });
  let isThere = true;
  const lines: string[] = [];
  const watch = watchStateDirectory({
    stateDir: '/state',
    ownership: {
      stillAtPath: () => isThere,
      restoreFiles: async () => {
        assert.ok(isThere, 'nothing is written into another directory');
        return [];
      },
    },
    log: deferLog(),
    onStatus: (line) => lines.push(line),
  });
  t.mock.timers.tick(LOOK_EVERY_MS);
  assert.deepEqual([watch.troubles(), lines], [[], []]);
  isThere = false;
  t.mock.timers.tick(LOOK_EVERY_MS - 1);
  assert.deepEqual(watch.troubles(), []);
  t.mock.timers.tick(1);
  t.mock.timers.tick(3 * LOOK_EVERY_MS);
  assert.match(watch.troubles()[0] ?? '', /^\/state is another directory now/);
  assert.equal(lines.length, 1);
  assert.match(lines[0] ?? '', /^not ready: \/state is another directory now/);
  isThere = true;
  t.mock.timers.tick(LOOK_EVERY_MS);
  assert.deepEqual(watch.troubles(), []);
  assert.equal(lines.at(-1), '/state is back');
  watch.stop();
});
