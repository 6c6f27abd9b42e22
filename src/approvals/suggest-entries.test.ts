import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AuditLine, suggestEntries } from './suggest-entries.ts';

let seq = 0;
const line = (action: string, detail: Record<string, unknown>, subject = 'n'): AuditLine => {
  seq += 1;
  return { action, subject, detail };
};
const ask = (command: string, approval = `a${seq}`) =>
  line('exec.ask', { approval, command, agentId: 'main' });
const missed = (command: string, programs: object[]) =>
  line('exec.run', { command, agentId: 'main', outcome: 'refused', decision: { code: 'miss', programs } });
const program = (words: string[], storable = true) => ({
  words,
  path: `/usr/bin/${words[0]}`,
  covered: false,
  storable,
});

test('suggests exact entries by how many questions they remove, and the whole program as a high risk', () => {
  const rows = [
    missed('uname -s', [program(['uname', '-s'])]),
    ask('uname -s'),
    ask('uname -s'),
    missed('uname -a', [program(['uname', '-a'])]),
    ask('uname -a'),
    missed('id', [program(['id'])]),
    ask('id'),
  ];
  const { suggestions, others } = suggestEntries(rows);
  assert.deepEqual(others, []);
  assert.deepEqual(
    suggestions.map(({ removes, risk, entries }) => [removes, risk, entries]),
    [
      [3, 'high', [{ pattern: '/usr/bin/uname' }]],
      [2, 'low', [{ pattern: '/usr/bin/uname', args: ['-s'] }]],
      [1, 'low', [{ pattern: '/usr/bin/uname', args: ['-a'] }]],
      [1, 'low', [{ pattern: '/usr/bin/id', args: [] }]],
    ],
  );
});

test('several programs of one command are one suggestion, for covered ones nothing is suggested', () => {
  const { suggestions } = suggestEntries([
    missed('a | b | c', [program(['a']), program(['b', 'x']), { ...program(['c']), covered: true }]),
    ask('a | b | c'),
  ]);
  assert.deepEqual(suggestions[0]?.entries, [
    { pattern: '/usr/bin/a', args: [] },
    { pattern: '/usr/bin/b', args: ['x'] },
  ]);
});

test('nothing is suggested for what was denied, starts other programs, or was never decided on', () => {
  const { suggestions, others } = suggestEntries([
    missed('rm x', [program(['rm', 'x'])]),
    ask('rm x', 'q1'),
    line('exec.answer', { approval: 'q1', answer: 'deny' }),
    ask('rm x', 'q2'),
    line('exec.answer', { approval: 'q2', answer: 'allow-once' }),
    missed('sh -c ls', [program(['sh', '-c', 'ls'], false)]),
    ask('sh -c ls'),
    ask('unknown'),
  ]);
  assert.deepEqual(suggestions, []);
  assert.deepEqual(
    others.map(({ command, asked }) => [command, asked]),
    [
      ['rm x', 2],
      ['sh -c ls', 1],
      ['unknown', 1],
    ],
  );
  assert.match(others[0]?.why ?? '', /denied/);
});

test('the question of a real command line, which names no node, finds the run that followed', () => {
  const { suggestions } = suggestEntries([
    line('exec.ask', { approval: 'a', command: 'id -u', agentId: 'main' }, 'any node'),
    missed('id -u', [program(['id', '-u'])]),
  ]);
  assert.equal(suggestions[0]?.nodeId, 'n');
});
