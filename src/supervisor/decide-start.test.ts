import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { PortVerdict } from './classify-port.ts';
import { decideStart, defaultOnConflict, type StartFindings } from './decide-start.ts';
import type { HolderReading, HolderRecord } from './holder-types.ts';
import type { HolderFate } from './judge-holder.ts';

const holder = (name: 'starting' | 'serving'): HolderReading => ({
  kind: 'present',
  record: {
    pid: 4242,
    state: name === 'serving' ? { name } : { name, deadlineMonotonicMs: 9 },
  } as HolderRecord, // pid and state are read
});
const free: PortVerdict = { kind: 'free', port: 18789, nearby: [] };
const taken = (kind: 'ours' | 'sibling' | 'foreign' | 'unknown'): PortVerdict => ({
  kind: 'taken',
  port: 18789,
  class: kind,
  listeners: [],
});
const alive: HolderFate = { kind: 'alive' };
const findings = (more: Partial<StartFindings>): StartFindings => ({
  holder: holder('serving'),
  fate: alive,
  port: taken('ours'),
  onConflict: 'fail',
  ...more,
});

test('by hand against a serving owner: refused with its pid', () => {
  assert.deepEqual(decideStart({ lock: 'held', ...findings({}) }), {
    action: 'refuse',
    code: 'lock/held',
    reason: 'gateway already running (pid 4242)',
  });
});

test('a take-over leaves a starting owner, and one that cannot be proven, alone', () => {
  const takeover = { lock: 'held', ...findings({ onConflict: 'takeover' }) } as const;
  assert.equal(decideStart(takeover).action, 'takeover');
  assert.equal(decideStart({ ...takeover, holder: holder('starting') }).action, 'refuse');
  assert.equal(decideStart({ ...takeover, fate: { kind: 'unknown', reason: '' } }).action, 'refuse');
  assert.equal(decideStart({ ...takeover, holder: { kind: 'absent' }, fate: undefined }).action, 'refuse');
});

test('a pid that is dead or reused is never named as the owner', () => {
  for (const because of ['dead', 'pid-reused', 'other-boot'] as const) {
    const decision = decideStart({ lock: 'held', ...findings({ fate: { kind: 'gone', because } }) });
    assert.ok(decision.action === 'refuse');
    assert.doesNotMatch(decision.reason, /4242/);
  }
});

test('whoever serves has the lock and a free port; whoever waits has not the lock', () => {
  const arbitrary = fc.record({
    lock: fc.constantFrom<'acquired' | 'held'>('acquired', 'held'),
    holder: fc.constantFrom<HolderReading>(holder('serving'), holder('starting'), { kind: 'absent' }),
    fate: fc.constantFrom<HolderFate | undefined>(
      alive,
      { kind: 'gone', because: 'dead' },
      { kind: 'unknown', reason: '' },
      undefined,
    ),
    port: fc.constantFrom(free, taken('ours'), taken('sibling'), taken('foreign'), taken('unknown')),
    onConflict: fc.constantFrom<'standby' | 'fail' | 'takeover'>('standby', 'fail', 'takeover'),
  });
  fc.assert(
    fc.property(arbitrary, (found) => {
      const { action } = decideStart(found);
      if (action === 'serve') assert.ok(found.lock === 'acquired' && found.port.kind === 'free');
      if (action === 'standby' || action === 'takeover')
        assert.ok(found.lock === 'held' && found.onConflict === action);
      if (found.lock === 'acquired' && found.port.kind === 'taken') assert.equal(action, 'refuse');
    }),
  );
});

test('who is started again by a supervisor waits, a person gets an answer', () => {
  assert.deepEqual(
    ['unit', 'supervisor', 'container', 'shell', 'cron', 'other'].map((kind) => defaultOnConflict({ kind })),
    ['standby', 'standby', 'standby', 'fail', 'fail', 'fail'],
  );
});
