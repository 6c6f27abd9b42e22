import type { HolderRecord } from './holder-types.ts';
import { bootId, bootIdSeenBy, lookUpProcess, pidNamespace } from './process-facts.ts';

/** Whether the process of a record lives. `unknown` is never read as one of the others. */
export type HolderFate =
  | { kind: 'alive' }
  | { kind: 'gone'; because: 'other-boot' | 'dead' | 'pid-reused' }
  | { kind: 'unknown'; reason: string };

/** Facts that {@link judgeHolderBy} weighs; `startTicks` undefined means there is no such process. */
export type FateFacts = {
  bootId: string;
  pidNamespace: number | undefined;
  process: /** With the boot id it sees, when that may be read. */
    | { kind: 'alive'; startTicks: number; bootId?: string | undefined }
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
    process:
      found.kind === 'alive'
        ? { kind: 'alive', startTicks: found.facts.startTicks, bootId: bootIdSeenBy(record.pid) }
        : found,
  });
}

/**
 * The decision alone. Order matters: another boot is proof of death (F-04); a pid of another namespace means nothing
 * here (F-03); then start ticks tell a process from a later one with its number (F-02). In a container the boot id may be
 * made up, and what a sandboxed unit sees there is another one: then only the id that the process itself sees is proof.
 */
export function judgeHolderBy(record: NamedProcess, facts: FateFacts): HolderFate {
  if (record.bootId !== facts.bootId && !isOfSameBoot(record, facts)) {
    return isMadeUpHere(record, facts)
      ? { kind: 'unknown', reason: 'boot ids differ in this container, and the one it sees may not be read' }
      : { kind: 'gone', because: 'other-boot' };
  }
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

function isOfSameBoot(record: NamedProcess, { process }: FateFacts): boolean {
  return process.kind === 'alive' && process.bootId === record.bootId;
}

/** PROC_PID_INIT_INO of include/linux/proc_ns.h: the pid namespace of the machine, where nobody covers the boot id. */
const FIRST_PID_NAMESPACE = 0xef_ff_ff_fc;

/** A process that fits but for the boot id, and in a container whose id need not be the kernel's. */
function isMadeUpHere(record: NamedProcess, { pidNamespace: here, process }: FateFacts): boolean {
  return (
    here !== FIRST_PID_NAMESPACE &&
    here === record.pidNamespace &&
    process.kind === 'alive' &&
    process.bootId === undefined &&
    process.startTicks === record.startTicks
  );
}
