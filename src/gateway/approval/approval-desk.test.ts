import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
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
    [119_999, true],
    [120_000, false],
  ] as const) {
    const { event, answer } = await desk.ask(question);
    assert.equal(desk.resolve(event.id, 'allow-once', 'me').kind, 'recorded');
    assert.equal((await answer).decision, 'allow-once');
    monotonicMs += waitMs;
    assert.equal(desk.consume('device d', wanted) !== undefined, isGood);
    assert.equal(desk.consume('device d', wanted), undefined);
  }
});

test('the first answer counts: the same again changes nothing, another one is told who answered what', async () => {
  const desk = new ApprovalDesk();
  const { event, answer } = await desk.ask(question);
  assert.equal(desk.resolve(event.id, 'deny', 'Ann').kind, 'recorded');
  assert.equal(desk.resolve(event.id, 'deny', 'Bob').kind, 'repeated');
  const second = desk.resolve(event.id, 'allow-always', 'Bob');
  assert.equal(second.kind === 'refused' && second.message, 'approval already answered: deny by Ann');
  assert.equal((await answer).decision, 'deny');
  assert.equal(desk.consume('device d', wanted), undefined);
});

test('whatever answers come in whatever order, only the first one is ever used, and once', async () => {
  const answers = fc.array(fc.constantFrom('allow-once', 'allow-always', 'deny'), {
    minLength: 1,
    maxLength: 6,
  });
  await fc.assert(
    fc.asyncProperty(answers, async (decisions) => {
      const desk = new ApprovalDesk();
      const { event } = await desk.ask(question);
      for (const [at, decision] of decisions.entries()) {
        const { kind } = desk.resolve(event.id, decision, `person ${at}`);
        assert.equal(kind, at === 0 ? 'recorded' : decision === decisions[0] ? 'repeated' : 'refused');
      }
      assert.equal(usedDecision(desk), decisions[0] === 'deny' ? undefined : decisions[0]);
      // Answering again after the use makes nothing usable again.
      for (const decision of decisions) desk.resolve(event.id, decision, 'later');
      assert.equal(desk.consume('device d', wanted), undefined);
    }),
  );
});

test('an expired question cannot be answered, and somebody else cannot use an answer', async () => {
  const desk = new ApprovalDesk();
  const first = await desk.ask(question);
  desk.withdraw(first.event.id, 'timeout');
  const late = desk.resolve(first.event.id, 'allow-once', 'me');
  assert.equal(late.kind === 'refused' && late.message, 'approval expired: nobody answered in time');
  const second = await desk.ask(question);
  desk.resolve(second.event.id, 'allow-once', 'me');
  assert.equal(desk.consume('device e', wanted), undefined);
  assert.equal(desk.consume('device d', { ...wanted, argv: ['id', '-u'] }), undefined);
  assert.equal(usedDecision(desk), 'allow-once');
});

test('two answers to the same question are two uses', async () => {
  const desk = new ApprovalDesk();
  for (const decision of ['allow-once', 'allow-always'] as const) {
    desk.resolve((await desk.ask(question)).event.id, decision, 'me');
  }
  assert.equal(usedDecision(desk), 'allow-once');
  assert.equal(usedDecision(desk), 'allow-always');
  assert.equal(desk.consume('device d', wanted), undefined);
});

test('a question nobody answered is used once for the fallback, not one that was hardly shown', async () => {
  let monotonicMs = 0;
  const desk = new ApprovalDesk(() => monotonicMs);
  const first = await desk.ask(question);
  desk.withdraw(first.event.id, 'timeout');
  assert.equal(desk.consumeUnanswered('device d', wanted), undefined, 'ended at once');
  const second = await desk.ask(question);
  monotonicMs += 30_000;
  desk.withdraw(second.event.id, 'timeout');
  assert.equal(desk.consumeUnanswered('device e', wanted), undefined, 'somebody else');
  assert.equal(desk.consumeUnanswered('device d', wanted)?.id, second.event.id);
  assert.equal(desk.consumeUnanswered('device d', wanted), undefined, 'used up');
  const third = await desk.ask(question);
  desk.withdraw(third.event.id, 'no-route');
  monotonicMs += 120_000;
  assert.equal(desk.consumeUnanswered('device d', wanted), undefined, 'too late');
  const fourth = await desk.ask(question);
  desk.resolve(fourth.event.id, 'deny', 'me');
  assert.equal(desk.consumeUnanswered('device d', wanted), undefined, 'answered with no');
});

test('a thousand ended questions are remembered; the one that can still be used is kept longest', async () => {
  const desk = new ApprovalDesk();
  const usable = await desk.ask(question);
  desk.resolve(usable.event.id, 'allow-once', 'me');
  const denied = await desk.ask(question);
  desk.resolve(denied.event.id, 'deny', 'me');
  for (let count = 0; count < 1_000; count += 1) {
    desk.withdraw((await desk.ask(question)).event.id, 'no-route');
  }
  assert.equal(desk.resolve(denied.event.id, 'deny', 'me').kind, 'refused', 'forgotten');
  assert.equal(desk.consume('device d', wanted)?.id, usable.event.id);
});

test('open questions are limited, expire with a reason, and end when the gateway stops', async (t) => {
  const desk = new ApprovalDesk();
  desk.withdraw((await desk.ask(question)).event.id, 'no-route'); // loads the engine before the clock is replaced
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const asked = await Promise.all(Array.from({ length: 200 }, () => desk.ask(question)));
  await assert.rejects(desk.ask(question), /too many pending approvals/);
  t.mock.timers.tick(60_000);
  assert.equal((await asked[0]?.answer)?.terminalReason, 'timeout');
  assert.equal(desk.list().length, 0);
  const { answer } = await desk.ask(question);
  desk.stop();
  assert.equal((await answer).terminalReason, 'gateway-stopping');
});

/** The decision of the answer that this run uses up, undefined when there is none. */
function usedDecision(desk: ApprovalDesk): string | undefined {
  const used = desk.consume('device d', wanted);
  return used?.kind === 'answered' ? used.decision : undefined;
}
