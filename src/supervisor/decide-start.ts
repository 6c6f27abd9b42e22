import type { PortVerdict } from './classify-port.ts';
import type { HolderReading } from './holder-types.ts';
import type { HolderFate } from './judge-holder.ts';

/** What a start does when the service is already owned: the option `onConflict`. */
export type OnConflict = 'standby' | 'fail' | 'takeover';

/** What a start found. `fate` belongs to `holder` and is undefined when there is no readable record. */
export type StartFindings = {
  holder: HolderReading;
  fate: HolderFate | undefined;
  port: PortVerdict;
  onConflict: OnConflict;
};

export type StartDecision =
  | { action: 'serve' }
  | { action: 'standby'; reason: string }
  | { action: 'takeover'; reason: string }
  | { action: 'refuse'; code: 'lock/held' | 'port/in-use'; reason: string };

/**
 * Decides what a start does. The kernel's lock decides who owns the state directory, the record only gives the owner a
 * name; whoever has the lock still needs the port, and nobody waits for a port of somebody else: that would never end.
 */
export function decideStart(found: StartFindings & { lock: 'acquired' | 'held' }): StartDecision {
  return found.lock === 'held' ? decideAgainstOwner(found) : decideByPort(found.port);
}

/** The half of {@link decideStart} for a start that did not get the lock. */
export function decideAgainstOwner(found: StartFindings): Exclude<StartDecision, { action: 'serve' }> {
  const reason = holderReason(found);
  if (found.onConflict === 'fail') return { action: 'refuse', code: 'lock/held', reason };
  // Standby needs no proof of the owner: the kernel says that it lives and will say when it ends. Foreign listeners do
  // not matter yet; the port is judged again when the lock is ours.
  if (found.onConflict === 'standby') return { action: 'standby', reason };
  const starting = found.holder.kind === 'present' && found.holder.record.state.name === 'starting';
  if (found.fate?.kind !== 'alive') {
    return { action: 'refuse', code: 'lock/held', reason: `${reason}; it cannot be asked to hand over` };
  }
  return starting
    ? { action: 'refuse', code: 'lock/held', reason: `${reason}; a starting gateway is left alone` }
    : { action: 'takeover', reason };
}

/** The half of {@link decideStart} for the owner of the lock. */
export function decideByPort(port: PortVerdict): Extract<StartDecision, { action: 'serve' | 'refuse' }> {
  if (port.kind === 'free') return { action: 'serve' };
  return { action: 'refuse', code: 'port/in-use', reason: portReason(port) };
}

/** Default of `onConflict`: whoever is started again by a supervisor waits; a person gets an answer at once. */
export function defaultOnConflict(starter: { kind: string }): OnConflict {
  return ['unit', 'supervisor', 'container'].includes(starter.kind) ? 'standby' : 'fail';
}

function holderReason({ holder, fate }: StartFindings): string {
  if (holder.kind !== 'present' || fate?.kind === 'gone') {
    return 'gateway already running (owner unknown: it left no readable record)';
  }
  return `gateway already running (pid ${holder.record.pid})`;
}

function portReason(port: Extract<PortVerdict, { kind: 'taken' }>): string {
  const what = {
    ours: 'by a gateway of this state directory that does not hold its lock',
    sibling: 'by a gateway of another state directory',
    foreign: 'by another program',
    unknown: 'by somebody who cannot be named',
  } satisfies Record<typeof port.class, string>;
  return `Port ${port.port} is already in use ${what[port.class]}`;
}
