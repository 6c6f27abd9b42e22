import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeChange } from './describe-change.ts';
import {
  initialState,
  type NodeState,
  nextAttemptAt,
  onAttemptDue,
  onFailure,
  onHello,
} from './node-state.ts';

const START = 1_000_000;
const PAGE = 'http://127.0.0.1:18789/';

test('says of a required pairing that all is well, what to type, and says it once per request', () => {
  const failure = { class: 'pairing', text: 'pairing required', requestId: 'r1' } as const;
  const first = onFailure(initialState(START), failure, { now: START, random: 0 });
  const line = describeChange(initialState(START), first, PAGE);
  assert.match(line?.text ?? '', /the network works and the gateway accepts the credentials/);
  assert.match(line?.text ?? '', /clawdbot nodes approve r1/);
  assert.ok(line?.text.includes(PAGE));
  const again = onFailure(onAttemptDue(first, START + 700), failure, { now: START + 700, random: 0 });
  assert.equal(describeChange(first, again, PAGE), undefined);
  const other = onFailure(again, { ...failure, requestId: 'r2' }, { now: START, random: 0 });
  assert.match(describeChange(again, other, PAGE)?.text ?? '', /clawdbot nodes approve r2/);
});

test('an hour of failed attempts makes a handful of lines, each with the next attempt', () => {
  const lines: string[] = [];
  let state: NodeState = initialState(START);
  const become = (next: NodeState) => {
    const line = describeChange(state, next, PAGE);
    if (line !== undefined) lines.push(line.text);
    state = next;
  };
  for (let now = START; now < START + 3_600_000; now = nextAttemptAt(state) ?? now) {
    if (state.state === 'backoff') become(onAttemptDue(state, now));
    become(onFailure(state, { class: 'unreachable', text: 'connect ECONNREFUSED' }, { now, random: 0.5 }));
  }
  assert.ok(lines.length <= 7, lines.join('\n'));
  assert.ok(lines.every((line) => /next attempt at \d{4}-/.test(line)));
  become(onAttemptDue(state, START));
  become(onHello(state, { url: 'ws://h:1/', version: '9' }, START));
  assert.match(lines.at(-1) ?? '', /^connected to ws:\/\/h:1\/ \(version 9\) after \d+ attempts$/);
});
