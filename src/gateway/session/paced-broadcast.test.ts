import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PacedBroadcast } from './paced-broadcast.ts';

test('many changes in one turn are one announcement, and the next waits for the pause', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout', 'setImmediate'] });
  let sent = 0;
  const news = new PacedBroadcast(
    () => {
      sent += 1;
    },
    () => 1_000,
  );
  for (let change = 0; change < 100; change += 1) news.request();
  assert.equal(sent, 0);
  t.mock.timers.tick(0);
  assert.equal(sent, 1);
  for (let change = 0; change < 100; change += 1) news.request();
  t.mock.timers.tick(1_999);
  assert.equal(sent, 1, '2 ms per listener');
  t.mock.timers.tick(1);
  assert.equal(sent, 2);
  t.mock.timers.tick(10_000);
  assert.equal(sent, 2, 'nothing new, nothing sent');
});

test('says nothing any more once stopped', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout', 'setImmediate'] });
  let sent = 0;
  const news = new PacedBroadcast(
    () => {
      sent += 1;
    },
    () => 1,
  );
  news.request();
  news.stop();
  news.request();
  t.mock.timers.tick(60_000);
  assert.equal(sent, 0);
});
