import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { approvalBinding } from '../../approvals/index.ts';
import { type AskedRun, askedRequest, textTellsWords, type WantedRun, wantedRequest } from './run-binding.ts';

function fits(asked: AskedRun, wanted: WantedRun): boolean {
  const request = wantedRequest(wanted, asked);
  return request !== undefined && approvalBinding(request) === approvalBinding(askedRequest(asked));
}

const words = fc.array(fc.string({ maxLength: 4 }), { minLength: 1, maxLength: 4 });
const wantedRun: fc.Arbitrary<WantedRun> = fc.record({
  nodeId: fc.constantFrom('n', 'm'),
  argv: words,
  rawCommand: fc.constant(null),
  cwd: fc.constantFrom(null, '/a'),
  agentId: fc.constantFrom(null, 'main'),
  env: fc.dictionary(fc.constantFrom('A', 'B'), fc.constantFrom('1', '2')),
});
const bound = ({ nodeId, argv, cwd, agentId, env }: WantedRun): AskedRun => ({
  command: argv.join(' '),
  nodeId,
  argv,
  cwd,
  agentId,
  env,
});

test('an answer bound to everything fits exactly that run and no other', () => {
  fc.assert(
    fc.property(wantedRun, wantedRun, (asked, wanted) => {
      const isSame = JSON.stringify(sorted(asked)) === JSON.stringify(sorted(wanted));
      assert.equal(fits(bound(asked), wanted), isSame);
      assert.ok(fits(bound(wanted), wanted));
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
  const allows = (argv: string[], rawCommand: string | null) =>
    fits(run, { nodeId: 'n', argv, rawCommand, cwd: null, agentId: null, env: {} });
  assert.ok(allows(['uname', '-s', '|', 'wc'], null));
  assert.ok(allows(['/bin/sh', '-lc', 'uname -s | wc'], 'uname -s | wc'));
  assert.ok(!allows(['/bin/sh', '-lc', 'rm -rf /'], 'uname -s | wc'), 'text and argv disagree');
  assert.ok(!allows(['/bin/sh', '-lc', 'uname -s | wc', 'more'], 'uname -s | wc'));
  assert.ok(!allows(['/tmp/sh', '-lc', 'uname -s | wc'], 'uname -s | wc'));
});

test('a question about words cannot be answered for the same text, nor the other way round', () => {
  const asked = { command: 'id', cwd: null, agentId: null, nodeId: undefined, env: undefined };
  const wanted = { nodeId: 'n', argv: ['id'], rawCommand: null, cwd: null, agentId: null, env: {} };
  assert.notEqual(
    approvalBinding(askedRequest({ ...asked, argv: ['id'] })),
    approvalBinding(askedRequest({ ...asked, argv: undefined })),
  );
  assert.ok(fits({ ...asked, argv: ['id'] }, wanted) && fits({ ...asked, argv: undefined }, wanted));
});

test('the text shown has to tell the words', () => {
  assert.ok(textTellsWords('rm -rf /', ['rm', '-rf', '/']));
  assert.ok(textTellsWords('ls | wc', ['/bin/sh', '-lc', 'ls | wc']));
  assert.ok(!textTellsWords('ls', ['rm', '-rf', '/']));
  assert.ok(!textTellsWords('ls', ['/bin/sh', '-c', 'ls; rm x']));
});

function sorted({ env, ...rest }: WantedRun): unknown {
  return { ...rest, env: Object.entries(env).sort() };
}
