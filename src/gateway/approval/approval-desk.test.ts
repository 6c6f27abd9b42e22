import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApprovalDesk } from './approval-desk.ts';

const shown = {
  command: 'id',
  cwd: null,
  host: null,
  security: null,
  ask: null,
  agentId: null,
  resolvedPath: null,
  sessionKey: null,
};
const run = { command: 'id', cwd: null, agentId: null, nodeId: undefined, argv: undefined, env: undefined };
const wanted = { nodeId: 'n', argv: ['id'], rawCommand: null, cwd: null, agentId: null, env: {} };
const question = { id: undefined, requester: 'device d', run, shown, timeoutMs: 60_000, nowMs: 0 };

test('an answer is good for one use within two minutes, whatever happens to the clock on the wall', async () => {
  let monotonicMs = 0;
  const desk = new ApprovalDesk(() => monotonicMs);
  for (const [waitMs, isGood] of [
    [120_000, true],
    [120_001, false],
  ] as const) {
    const { event, answer } = desk.ask(question);
    assert.ok(desk.resolve(event.id, 'allow-once', 'me'));
    assert.equal((await answer).decision, 'allow-once');
    monotonicMs += waitMs;
    assert.equal(desk.consume('device d', wanted) !== undefined, isGood);
    assert.equal(desk.consume('device d', wanted), undefined);
  }
});

test('the first answer counts, and a closed question cannot be answered', async () => {
  const desk = new ApprovalDesk();
  const { event, answer } = desk.ask(question);
  assert.ok(desk.resolve(event.id, 'deny', 'me'));
  assert.ok(!desk.resolve(event.id, 'allow-always', 'me'));
  assert.equal((await answer).decision, 'deny');
  assert.equal(desk.consume('device d', wanted), undefined);
});

test('two answers to the same question are two uses', () => {
  const desk = new ApprovalDesk();
  for (const decision of ['allow-once', 'allow-always'] as const) {
    desk.resolve(desk.ask(question).event.id, decision, 'me');
  }
  assert.equal(desk.consume('device d', wanted)?.decision, 'allow-once');
  assert.equal(desk.consume('device d', wanted)?.decision, 'allow-always');
  assert.equal(desk.consume('device d', wanted), undefined);
});

test('open questions are limited, expire with a reason, and end when the gateway stops', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const desk = new ApprovalDesk();
  const answers = Array.from({ length: 200 }, () => desk.ask(question).answer);
  assert.throws(() => desk.ask(question), /too many pending approvals/);
  t.mock.timers.tick(60_000);
  assert.equal((await answers[0])?.terminalReason, 'timeout');
  assert.equal(desk.list().length, 0);
  const { answer } = desk.ask(question);
  desk.stop();
  assert.equal((await answer).decision, null);
});
