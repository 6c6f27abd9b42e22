import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  type ApprovalRecord,
  answerApproval,
  approvalBinding,
  type BoundRequest,
  openApproval,
  takeApproval,
} from './approval-record.ts';

const OPEN = openApproval('digest', { id: 'a1', life: 'p1', nowMs: 0, ttlMs: 100 });
const RUN = { binding: 'digest', life: 'p1', nowMs: 50 };

function answered(answer: string): ApprovalRecord {
  const outcome = answerApproval(OPEN, { answer, by: 'me', nowMs: 10 });
  assert.ok(outcome.kind === 'recorded');
  return outcome.record;
}

test('an approval is good for one run', () => {
  const first = takeApproval(answered('allow-once'), RUN);
  assert.ok(first.kind === 'allowed');
  assert.deepEqual(takeApproval(first.record, RUN), {
    kind: 'refused',
    reason: 'the approval was used already',
  });
});

for (const [what, record, run] of [
  ['nothing', undefined, RUN],
  ['an open question', OPEN, RUN],
  ['a denial', answered('deny'), RUN],
  ['another request', answered('allow-once'), { ...RUN, binding: 'other' }],
  ['another life of the host', answered('allow-once'), { ...RUN, life: 'p2' }],
  ['a moment too late', answered('allow-once'), { ...RUN, nowMs: 100 }],
] as const) {
  test(`${what} allows nothing`, () => assert.equal(takeApproval(record, run).kind, 'refused'));
}

test('the same answer again is harmless, another one is refused', () => {
  const record = answered('allow-once');
  assert.equal(answerApproval(record, { answer: 'allow-once', by: 'you', nowMs: 20 }).kind, 'repeated');
  assert.equal(answerApproval(record, { answer: 'deny', by: 'you', nowMs: 20 }).kind, 'refused');
  assert.equal(
    answerApproval(answered('deny'), { answer: 'allow-once', by: 'you', nowMs: 20 }).kind,
    'refused',
  );
});

test('a late or unknown answer is refused', () => {
  assert.equal(answerApproval(OPEN, { answer: 'allow-once', by: 'me', nowMs: 100 }).kind, 'refused');
  for (const answer of ['allow', 'yes', '', null, true, {}]) {
    assert.equal(answerApproval(OPEN, { answer, by: 'me', nowMs: 1 }).kind, 'refused');
  }
});

test('a binding differs when any part of the request does', () => {
  const text = fc.string({ maxLength: 5 });
  const bound: fc.Arbitrary<BoundRequest> = fc.record({
    request: fc.record(
      {
        command: fc.array(text, { minLength: 1, maxLength: 3 }),
        env: fc.dictionary(text, text, { maxKeys: 2 }),
        rawCommand: text,
        cwd: text,
        agentId: text,
        sessionKey: text,
      },
      { requiredKeys: ['command', 'env'] },
    ),
    nodeId: fc.option(text, { nil: undefined }),
    policyHash: text,
    plan: fc.constant(undefined),
  });
  const sorted = (value: BoundRequest) =>
    JSON.stringify([
      value.request.command,
      value.request.rawCommand,
      value.request.cwd,
      Object.entries(value.request.env).sort(),
      value.request.agentId,
      value.request.sessionKey,
      value.nodeId,
      value.policyHash,
    ]);
  fc.assert(
    fc.property(bound, bound, (one, other) => {
      assert.equal(approvalBinding(one) === approvalBinding(other), sorted(one) === sorted(other));
      assert.equal(approvalBinding(one), approvalBinding(structuredClone(one)));
    }),
  );
});
