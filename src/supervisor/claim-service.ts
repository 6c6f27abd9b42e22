import { setTimeout as delay } from 'node:timers/promises';
import { acquireLock } from './acquire-lock.ts';
import { askForHandOver, type PendingHandOver } from './ask-for-hand-over.ts';
import { classifyPort, type PortVerdict } from './classify-port.ts';
import {
  decideAgainstOwner,
  decideByPort,
  defaultOnConflict,
  type OnConflict,
  type StartDecision,
} from './decide-start.ts';
import { describeLastOwner, explainRefusal } from './explain-conflict.ts';
import { type InheritedListener, inheritSockets } from './heritage/inherit-sockets.ts';
import { describeSelf, keepUnreadableHolder, removeOwnHolder, writeHolder } from './holder-record.ts';
import type { HolderReading } from './holder-types.ts';
import { hostAndPort } from './host-and-port.ts';
import { type HolderFate, judgeHolder } from './judge-holder.ts';
import type { Lock } from './lock.ts';
import { type Ownership, startOwnership } from './ownership.ts';
import { monotonicMs } from './process-facts.ts';
import { standBy } from './stand-by.ts';
import { describeStarter, findStarter, type Starter } from './starter.ts';
import { identityHash } from './state-directory.ts';

export type ClaimOptions = {
  stateDir: string;
  /** Name in the identity answer and the record, `clawdbot-gateway`. */
  service: string;
  version: string;
  /** Numeric addresses that will be bound on `port`. Empty when the sockets are inherited. */
  addresses: readonly string[];
  /** Bound too where they are free; somebody else there is not in the way. */
  optionalAddresses?: readonly string[];
  port: number;
  /** How this program is called, for advice: `['clawdbot']`. */
  cli: readonly string[];
  /** Default: `standby` under a supervisor, `fail` by hand. */
  onConflict?: OnConflict;
  /** How long the start may take before others may call it stuck. Default 60 s. */
  startTimeoutMs?: number;
  /** Whether listening sockets of the last owner are wanted: see `inherited` of {@link Ownership}. Default: no. */
  inheritSockets?: boolean;
  /** How long an owner that is asked to hand over may drain. Default 30 s. */
  drainMs?: number;
  /** Called with one line whenever the wait has news, for STATUS= and logs. */
  onStatus?: (line: string) => void;
  /** Called before a wait begins, while nothing is held; see `standByQuietly`. */
  onStandby?: () => void;
  /** Ends the wait. */
  signal: AbortSignal;
};

/** What was found about the owner and the port before deciding. */
type Findings = {
  stateDir: string;
  holder: HolderReading;
  fate: HolderFate | undefined;
  port: PortVerdict;
  /** The owner was asked to hand over, and did not. */
  isAsked?: boolean;
};
/** The lock, and the old owner's promise when it was handed over. */
export type Owned = {
  lock: Lock;
  handOver: PendingHandOver | undefined;
  predecessor: keyof typeof SETTLE_MS;
  inherited: readonly InheritedListener[];
};

/**
 * How long a taken port may still become free. A dying predecessor may lose the lock some milliseconds before its socket;
 * until then its socket has no visible process and counts as `unknown`. Whoever waited for an owner to end also gives its
 * supervisor time to clean up behind a program that knows nothing of our lock. A fresh start gets its verdict quickly.
 */
const SETTLE_MS = { awaited: 5000, recorded: 2000, none: 100 };
const PORT_RETRY_MS = 20;

/**
 * Becomes the one owner of a service: takes the lock, checks the port, publishes `starting`. Under a supervisor it waits
 * as a standby until the owner is gone; by hand it refuses at once; with `takeover` it asks the owner to hand over.
 * @returns undefined when `signal` ended the wait
 * @throws `lock/held`, `port/in-use` (both 78, with owner, age and exact commands), `lock/unavailable`
 */
export async function claimService(options: ClaimOptions): Promise<Ownership | undefined> {
  const owned = await claimLock(options, findStarter(process.pid));
  if (owned === undefined) return undefined;
  try {
    return await startOwnership(owned);
  } catch (thrown) {
    await giveBack(owned);
    throw thrown;
  }
}

/** The first half of {@link claimService}: the lock, `starting` on record, and a free port. */
export async function claimLock(
  options: ClaimOptions,
  starter: Starter,
): Promise<(Owned & { self: ReturnType<typeof describeSelf> }) | undefined> {
  const owned = await becomeOwner(options, starter);
  if (owned === undefined) return undefined;
  try {
    const { service, version, startTimeoutMs = 60_000 } = options;
    const { stateDir } = owned.lock;
    const self = describeSelf({ service, version, starter, stateDirHash: identityHash(stateDir) });
    const deadlineMonotonicMs = monotonicMs() + startTimeoutMs;
    // Before the look at the port: whoever loses against us is to be told who we are.
    writeHolder(stateDir, { ...self, addresses: [], state: { name: 'starting', deadlineMonotonicMs } });
    await requireFreePort(owned, options);
    return { ...owned, self };
  } catch (thrown) {
    await giveBack(owned);
    throw thrown;
  }
}

async function giveBack({ lock, handOver, inherited }: Owned): Promise<void> {
  for (const listener of inherited) listener.close();
  await removeOwnHolder(lock.stateDir);
  lock.release();
  handOver?.abandon();
}

async function becomeOwner(options: ClaimOptions, starter: Starter): Promise<Owned | undefined> {
  const attempt = await acquireLock(options);
  if (attempt.kind === 'acquired') {
    const news = lookBack(attempt.lock.stateDir, attempt.previous);
    if (news !== undefined) options.onStatus?.(news);
    const predecessor = attempt.previous.kind === 'absent' ? 'none' : 'recorded';
    return { lock: attempt.lock, handOver: undefined, predecessor, inherited: [] };
  }
  const findings = await examine(attempt.stateDir, attempt.holder, options);
  const onConflict = options.onConflict ?? defaultOnConflict(starter);
  const decision = decideAgainstOwner({ onConflict, ...findings });
  const { signal } = options;
  const wanted = wantedSockets(options);
  switch (decision.action) {
    case 'standby': {
      options.onStandby?.();
      options.onStatus?.(standbyLine(findings));
      const lock = await standBy({ ...options, inherits: wanted.length > 0, starter });
      if (lock === undefined) return undefined;
      const inherited = await inheritSockets({ stateDir: lock.stateDir, wanted, signal });
      return { lock, handOver: undefined, predecessor: 'awaited', inherited };
    }
    case 'takeover': {
      const { drainMs = 30_000 } = options;
      const outcome = await askForHandOver({ stateDir: attempt.stateDir, wanted, drainMs, signal });
      if (outcome.kind === 'agreed') return { ...outcome, predecessor: 'awaited' };
      throw refuse(
        { action: 'refuse', code: 'lock/held', reason: `${decision.reason}; ${outcome.reason}` },
        { ...findings, isAsked: true },
        options,
      );
    }
    case 'refuse':
      throw refuse(decision, findings, options);
  }
}

/** `host:port` of the listening sockets that would be taken over. */
function wantedSockets({
  inheritSockets: wants,
  addresses,
  optionalAddresses = [],
  port,
}: ClaimOptions): string[] {
  return wants === true ? [...addresses, ...optionalAddresses].map((host) => hostAndPort(host, port)) : [];
}

/** What a start over somebody else's record has to say about it; nothing after an orderly end. */
function lookBack(stateDir: string, previous: HolderReading): string | undefined {
  if (previous.kind === 'absent') return undefined;
  if (previous.kind === 'unreadable')
    return `${previous.reason}; kept as ${keepUnreadableHolder(stateDir)}, and the lock is free`;
  return describeLastOwner(previous.record, judgeHolder(previous.record));
}

async function requireFreePort({ lock, predecessor }: Owned, options: ClaimOptions): Promise<void> {
  const startedAt = monotonicMs();
  for (;;) {
    const findings = await examine(lock.stateDir, { kind: 'absent' }, options);
    const decision = decideByPort(findings.port);
    const waitedMs = monotonicMs() - startedAt;
    if (decision.action === 'refuse' && waitedMs >= settleMs(findings.port, predecessor))
      throw refuse(decision, findings, options);
    // An optional address that a dying predecessor still has is worth the same wait; after it, we do without.
    if (decision.action !== 'refuse' && (!isLeaving(findings.port) || waitedMs >= SETTLE_MS[predecessor]))
      return;
    await delay(PORT_RETRY_MS, undefined, { signal: options.signal });
  }
}

function settleMs(port: PortVerdict, predecessor: Owned['predecessor']): number {
  const strange = port.kind === 'taken' && (port.class === 'foreign' || port.class === 'sibling');
  return strange && predecessor !== 'awaited' ? 0 : SETTLE_MS[predecessor];
}

function isLeaving(port: PortVerdict): boolean {
  if (port.kind === 'taken') return false;
  return port.nearby.some(({ effect, class: whose }) => effect === 'narrows' && whose === 'unknown');
}

async function examine(stateDir: string, holder: HolderReading, options: ClaimOptions): Promise<Findings> {
  const record = holder.kind === 'present' ? holder.record : undefined;
  const { addresses, optionalAddresses, port } = options;
  const stateDirHash = identityHash(stateDir);
  return {
    stateDir,
    holder,
    fate: record === undefined ? undefined : judgeHolder(record),
    port: await classifyPort({
      addresses,
      optionalAddresses,
      port,
      stateDirHash,
      record,
      ask: 'when-needed',
    }),
  };
}

function refuse(
  decision: Extract<StartDecision, { action: 'refuse' }>,
  findings: Findings,
  options: ClaimOptions,
): Error {
  const uid = process.getuid?.() ?? 0;
  return explainRefusal({ decision, ...findings, cli: options.cli, uid, nowMs: Date.now() });
}

function standbyLine({ holder }: Findings): string {
  if (holder.kind !== 'present') return 'standby: an owner without a readable record serves';
  const { pid, state, starter } = holder.record;
  return `standby: pid ${pid} (started by ${describeStarter(starter)}) is ${state.name}`;
}
