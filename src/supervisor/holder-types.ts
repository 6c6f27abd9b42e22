import type { ProcessIdentity } from './process-facts.ts';
import type { Starter } from './starter.ts';

/** What the owner is doing. Deadlines are on the machine's monotonic clock, so a clock set back moves none of them. */
export type HolderState =
  | { name: 'starting'; deadlineMonotonicMs: number }
  | { name: 'serving' }
  | { name: 'standby'; ownerPid: number | undefined }
  | { name: 'stopping'; deadlineMonotonicMs: number; handOverTo?: ProcessIdentity | undefined };

/** What the owner of the lock says about itself. Information only: the kernel's lock alone decides who owns. */
export type HolderRecord = ProcessIdentity & {
  schema: 1;
  service: string;
  pidNamespace: number | undefined;
  uid: number;
  starter: Starter;
  version: string;
  /** `host:port`, IPv6 in brackets. Empty until the listener is up. */
  addresses: readonly string[];
  /** Equal to the listener's answer, see `identityHash`. */
  stateDirHash: string;
  state: HolderState;
  /** When the present state began. Wall clock (ms) for people, monotonic (ms) for arithmetic. */
  since: { wallMs: number; monotonicMs: number };
};

export type HolderReading =
  | { kind: 'present'; record: HolderRecord }
  | { kind: 'absent' }
  | { kind: 'unreadable'; reason: string };
