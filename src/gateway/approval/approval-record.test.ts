import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type ApprovalRecord, type ApprovedRun, recordAllows, type WantedRun } from './approval-record.ts';

const answered = (
  run: ApprovedRun,
  decision: 'allow-once' | 'allow-always' | 'deny' = 'allow-once',
): ApprovalRecord => ({
  id: 'a',
  requester: 'device d',
  run,
  createdAtMs: 0,
  expiresAtMs: 100,
  state: { kind: 'answered', decision, by: 'me', usableUntilMs: 100 },
});

const words = fc.array(fc.string({ maxLength: 4 }), { minLength: 1, maxLength: 4 });
const wantedRun: fc.Arbitrary<WantedRun> = fc.record({
  nodeId: fc.constantFrom('n', 'm'),
  argv: words,
  rawCommand: fc.constant(null),
  cwd: fc.constantFrom(null, '/a'),
  agentId: fc.constantFrom(null, 'main'),
  env: fc.dictionary(fc.constantFrom('A', 'B'), fc.constantFrom('1', '2')),
});
const bound = ({ nodeId, argv, cwd, agentId, env }: WantedRun): ApprovedRun => ({
  command: argv.join(' '),
  nodeId,
  argv,
  cwd,
  agentId,
  env,
});

test('an answer bound to everything allows exactly that run and no other', () => {
  fc.assert(
    fc.property(wantedRun, wantedRun, (asked, wanted) => {
      const isSame = JSON.stringify(sorted(asked)) === JSON.stringify(sorted(wanted));
      assert.equal(recordAllows(answered(bound(asked)), 'device d', wanted, 50), isSame);
    }),
  );
});

test('whatever was asked: a denial, another requester, a late use, an unanswered or used record allow nothing', () => {
  fc.assert(
    fc.property(wantedRun, (wanted) => {
      const record = answered(bound(wanted));
      assert.ok(recordAllows(record, 'device d', wanted, 100));
      assert.ok(!recordAllows(record, 'device d', wanted, 101));
      assert.ok(!recordAllows(record, 'device e', wanted, 50));
      assert.ok(!recordAllows(answered(bound(wanted), 'deny'), 'device d', wanted, 50));
      assert.ok(!recordAllows({ ...record, state: { kind: 'pending' } }, 'device d', wanted, 50));
      assert.ok(!recordAllows({ ...record, state: { kind: 'used' } }, 'device d', wanted, 50));
    }),
  );
});

test('the real CLI names only the text: argv joined, or the shell text with the shell it makes of it', () => {
  const run = {
    command: 'uname -s | wc',
    cwd: null,
    agentId: null,
    nodeId: undefined,
    argv: undefined,
    env: undefined,
  };
  const wanted = (argv: string[], rawCommand: string | null): WantedRun => ({
    nodeId: 'n',
    argv,
    rawCommand,
    cwd: null,
    agentId: null,
    env: {},
  });
  const allows = (argv: string[], raw: string | null) =>
    recordAllows(answered(run), 'device d', wanted(argv, raw), 1);
  assert.ok(allows(['uname', '-s', '|', 'wc'], null));
  assert.ok(allows(['/bin/sh', '-lc', 'uname -s | wc'], 'uname -s | wc'));
  assert.ok(!allows(['/bin/sh', '-lc', 'rm -rf /'], 'uname -s | wc'), 'text and argv disagree');
  assert.ok(!allows(['/bin/sh', '-lc', 'uname -s | wc', 'more'], 'uname -s | wc'));
  assert.ok(!allows(['/tmp/sh', '-lc', 'uname -s | wc'], 'uname -s | wc'));
});

function sorted({ env, ...rest }: WantedRun): unknown {
  return { ...rest, env: Object.entries(env).sort() };
}
