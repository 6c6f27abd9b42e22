import type { Remedy } from '../../state/index.ts';
import type { ClassifiedListener, IdentityAnswer, PortVerdict } from '../../supervisor/index.ts';
import { command } from '../engine/check.ts';
import type { OwnerFact } from '../facts/owner.ts';
import type { StateFilesFact } from '../facts/state-files.ts';

/**
 * The listener that is hidden from this account but belongs to the owner of the state directory: most likely his gateway,
 * which is no fault of anybody.
 */
export function hiddenOwnersListener(
  port: PortVerdict,
  { ownerUid }: StateFilesFact,
  uid: number,
): ClassifiedListener | undefined {
  if (ownerUid === undefined || ownerUid === uid) return undefined;
  return listenersOf(port).find((listener) => listener.class === 'unknown' && listener.uid === ownerUid);
}

/** Every listener on or near the configured port. */
export function listenersOf(port: PortVerdict): readonly ClassifiedListener[] {
  return port.kind === 'taken' ? port.listeners : port.nearby;
}

/** The gateway of this state directory, when it answers. */
export function servingGateway(port: PortVerdict): IdentityAnswer | undefined {
  for (const { class: kind, answer } of listenersOf(port)) {
    if (kind === 'ours' && answer.kind === 'identity') return answer.identity;
  }
  return undefined;
}

/** What has to be typed to start the running gateway anew: only a unit is restarted by somebody. */
export function restartRemedies(owner: OwnerFact): readonly Remedy[] {
  const record = owner.reading.kind === 'present' ? owner.reading.record : undefined;
  if (record?.starter.kind === 'unit') return [command('clawdbot', 'gateway', 'restart')];
  // The supervisor starts another one by itself.
  if (record?.starter.kind === 'supervisor') return [command('kill', String(record.pid))];
  return [command('clawdbot', 'gateway', 'stop'), command('clawdbot', 'gateway', 'run')];
}

/** What the words of a listener's answer come to. */
export function answerText({ answer }: ClassifiedListener): string {
  switch (answer.kind) {
    case 'identity':
      return `answers as ${answer.identity.service}`;
    case 'other':
      return answer.said;
    case 'silent':
      return `gave no answer within ${answer.waitedMs} ms`;
    case 'refused':
      return `refused the connection (${answer.reason})`;
    case 'unasked':
      return 'was not asked';
  }
}

/** A port that is likely free and never ephemeral by default: the next round one. */
export function freePortNear(port: number): number {
  return port >= 18_789 && port < 30_000 ? port + 20 : 18_809;
}
