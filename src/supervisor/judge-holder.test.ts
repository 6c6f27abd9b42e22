import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type FateFacts, judgeHolderBy } from './judge-holder.ts';

const record = { pid: 7, startTicks: 100, bootId: 'this', pidNamespace: 1 };
const facts = (more: Partial<FateFacts>): FateFacts => ({
  bootId: 'this',
  pidNamespace: 1,
  process: { kind: 'alive', startTicks: 100 },
  ...more,
});

test('the same pid with the same start tick on this boot lives', () => {
  assert.deepEqual(judgeHolderBy(record, facts({})), { kind: 'alive' });
});

test('another boot is proof of death, even when pid and start tick fit', () => {
  const process = { kind: 'alive', startTicks: 100, bootId: 'next' } as const;
  const seen = judgeHolderBy(record, facts({ bootId: 'next', process }));
  assert.deepEqual(seen, { kind: 'gone', because: 'other-boot' });
});

test('a process in a sandbox sees the boot id of the kernel, others of its container a made-up one', () => {
  const process = (bootId: string | undefined) => ({ kind: 'alive', startTicks: 100, bootId }) as const;
  const made = { bootId: 'made up', pidNamespace: 1 };
  assert.deepEqual(judgeHolderBy(record, facts({ ...made, process: process('this') })), { kind: 'alive' });
  const after = judgeHolderBy(record, facts({ ...made, process: process('next') }));
  assert.deepEqual(after, { kind: 'gone', because: 'other-boot' });
  assert.equal(judgeHolderBy(record, facts({ ...made, process: process(undefined) })).kind, 'unknown');
});

test('outside of containers the boot id counts, whether or not the process may be asked', () => {
  const pidNamespace = 0xef_ff_ff_fc;
  const process = { kind: 'alive', startTicks: 100, bootId: undefined } as const;
  const seen = judgeHolderBy({ ...record, pidNamespace }, facts({ bootId: 'next', pidNamespace, process }));
  assert.deepEqual(seen, { kind: 'gone', because: 'other-boot' });
});

test('another start tick means that the pid was reused', () => {
  const process = { kind: 'alive', startTicks: 101 } as const;
  assert.deepEqual(judgeHolderBy(record, facts({ process })), { kind: 'gone', because: 'pid-reused' });
});

test('a pid of another namespace proves nothing, alive or absent', () => {
  for (const process of [{ kind: 'alive', startTicks: 100 }, { kind: 'absent' }] as const) {
    assert.equal(judgeHolderBy(record, facts({ pidNamespace: 2, process })).kind, 'unknown');
    assert.equal(judgeHolderBy({ ...record, pidNamespace: undefined }, facts({ process })).kind, 'unknown');
  }
});

test('what may not be read is unknown, not dead', () => {
  const process = { kind: 'unreadable', reason: 'EACCES' } as const;
  assert.deepEqual(judgeHolderBy(record, facts({ process })), { kind: 'unknown', reason: 'EACCES' });
});
