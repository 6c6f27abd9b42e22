import type { Report } from '../../data/doctor-wire.ts';
import type { Node } from '../../data/wire.ts';
import type { Tone } from '../../parts/badge.tsx';
import { plural, t } from '../../text/translate.ts';

export type OverviewFacts = {
  host: string;
  /** Where the tailnet reaches it. */
  routeUrl: string | undefined;
  isConnected: boolean;
  readiness: { ready: boolean; reasons: string[] } | undefined;
  nodes: readonly Pick<Node, 'connected' | 'twins'>[] | undefined;
  pendingDevices: number;
  pendingApprovals: number;
  /** Null: there is no doctor; undefined: it has not reported yet. */
  doctor: Pick<Report, 'summary'> | null | undefined;
  /** It was asked and did not answer. */
  isDoctorSilent: boolean;
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
  const { error = 0, warning = 0 } = facts.doctor?.summary ?? {};
  const parts = [
    ...(facts.nodes === undefined
      ? []
      : [nodes.length === 0 ? t('truth.noNodes') : plural('truth.connected', connected)]),
    ...(offline > 0 ? [plural('truth.offline', offline)] : []),
    ...(twins ? [t('truth.twins')] : []),
    ...(facts.pendingDevices > 0 ? [plural('truth.devices', facts.pendingDevices)] : []),
    ...(facts.pendingApprovals > 0 ? [plural('truth.commands', facts.pendingApprovals)] : []),
    ...(error + warning > 0 ? [plural('truth.findings', error + warning)] : []),
  ];
  const isWaiting = facts.pendingDevices + facts.pendingApprovals > 0;
  const place =
    facts.routeUrl === undefined ? facts.host : t('truth.and', { one: facts.host, two: facts.routeUrl });
  // What nobody has looked at is not well yet.
  const isKnown = facts.nodes !== undefined && facts.doctor !== undefined;
  const quiet = facts.isDoctorSilent ? 'warn' : isKnown ? 'good' : 'idle';
  return {
    tone: error > 0 ? 'bad' : isWaiting ? 'wait' : twins || offline > 0 || warning > 0 ? 'warn' : quiet,
    text:
      parts.length === 0
        ? t('truth.servingOnly', { host: place })
        : t('truth.serving', { host: place, facts: parts.join(t('truth.comma')) }),
  };
}
