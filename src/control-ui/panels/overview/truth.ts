import type { Node } from '../../data/wire.ts';
import type { Tone } from '../../parts/badge.tsx';
import { plural, t } from '../../text/translate.ts';

export type OverviewFacts = {
  host: string;
  isConnected: boolean;
  readiness: { ready: boolean; reasons: string[] } | undefined;
  nodes: readonly Pick<Node, 'connected' | 'twins'>[] | undefined;
  pendingDevices: number;
  pendingApprovals: number;
};

/** The state of everything in one sentence, worst thing first. Pure. */
export function truth(facts: OverviewFacts): { tone: Tone; text: string } {
  if (!facts.isConnected) return { tone: 'bad', text: t('truth.lost', { host: facts.host }) };
  if (facts.readiness !== undefined && !facts.readiness.ready) {
    return { tone: 'bad', text: t('truth.notReady', { why: facts.readiness.reasons.join('; ') }) };
  }
  const nodes = facts.nodes ?? [];
  const connected = nodes.filter((node) => node.connected).length;
  const offline = nodes.length - connected;
  const twins = nodes.some((node) => (node.twins ?? 0) > 1);
  const parts = [
    nodes.length === 0 ? t('truth.noNodes') : plural('truth.connected', connected),
    ...(offline > 0 ? [plural('truth.offline', offline)] : []),
    ...(twins ? [t('truth.twins')] : []),
    ...(facts.pendingDevices > 0 ? [plural('truth.devices', facts.pendingDevices)] : []),
    ...(facts.pendingApprovals > 0 ? [plural('truth.commands', facts.pendingApprovals)] : []),
  ];
  const isWaiting = facts.pendingDevices + facts.pendingApprovals > 0;
  return {
    tone: twins || offline > 0 ? 'warn' : isWaiting ? 'wait' : 'good',
    text: t('truth.serving', { host: facts.host, facts: parts.join(t('truth.comma')) }),
  };
}
