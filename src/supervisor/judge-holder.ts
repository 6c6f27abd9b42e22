import type { HolderRecord } from './holder-types.ts';
import { bootId, lookUpProcess, pidNamespace } from './process-facts.ts';

/** Whether the process of a record lives. `unknown` is never read as one of the others. */
export type HolderFate =
  | { kind: 'alive' }
  | { kind: 'gone'; because: 'other-boot' | 'dead' | 'pid-reused' }
  | { kind: 'unknown'; reason: string };

/** Facts that {@link judgeHolderBy} weighs; `startTicks` undefined means there is no such process. */
export type FateFacts = {
  bootId: string;
  pidNamespace: number | undefined;
  process:
    | { kind: 'alive'; startTicks: number }
    | { kind: 'absent' }
    | { kind: 'unreadable'; reason: string };
};

type NamedProcess = Pick<HolderRecord, 'pid' | 'startTicks' | 'bootId' | 'pidNamespace'>;

/** Looks up whether the process a record names is the one that runs now. */
export function judgeHolder(record: NamedProcess): HolderFate {
  const found = lookUpProcess(record.pid);
  return judgeHolderBy(record, {
    bootId: bootId(),
    pidNamespace: pidNamespace(),
    process: found.kind === 'alive' ? { kind: 'alive', startTicks: found.facts.startTicks } : found,
  });
}

/**
 * The decision alone. Order matters: another boot is proof of death (F-04); a pid of another namespace means nothing
 * here (F-03); then start ticks tell a process from a later one with its number (F-02).
 */
export function judgeHolderBy(record: NamedProcess, facts: FateFacts): HolderFate {
  if (record.bootId !== facts.bootId) return { kind: 'gone', because: 'other-boot' };
  if (record.pidNamespace === undefined || record.pidNamespace !== facts.pidNamespace) {
    return { kind: 'unknown', reason: 'it runs in another pid namespace (a container)' };
  }
  switch (facts.process.kind) {
    case 'absent':
      return { kind: 'gone', because: 'dead' };
    case 'unreadable':
      return { kind: 'unknown', reason: facts.process.reason };
    case 'alive':
      return facts.process.startTicks === record.startTicks
        ? { kind: 'alive' }
        : { kind: 'gone', because: 'pid-reused' };
  }
}
