import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { lookUpProcess, parseStat } from './process-facts.ts';

const TAIL = `S 1 7 7 0 -1 4194560 ${Array(12).fill('0').join(' ')} 4711 ${Array(30).fill('0').join(' ')}`;

test('a name may hold anything, also brackets, blanks and what looks like the rest of the line', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 15 }), (name) => {
      const facts = parseStat(`7 (${name}) ${TAIL}\n`, 1000);
      assert.deepEqual(facts, {
        pid: 7,
        parentPid: 1,
        startTicks: 4711,
        processGroup: 7,
        session: 7,
        runState: 'S',
        name,
        uid: 1000,
      });
    }),
  );
});

test('text of another form gives nothing', () => {
  for (const text of ['', '7', '7 (x)', '7 (x) S 1', `x (y) ${TAIL}`, ')(']) {
    assert.equal(parseStat(text, 0), undefined, text);
  }
});

test('finds itself, and nobody under a number that cannot be', () => {
  const self = lookUpProcess(process.pid);
  assert.ok(self.kind === 'alive');
  assert.equal(self.facts.name, readFileSync('/proc/self/comm', 'utf8').trim());
  assert.deepEqual(lookUpProcess(2 ** 30), { kind: 'absent' });
});
