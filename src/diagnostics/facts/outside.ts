import { judgeRoute, routeUrl } from '../../supervisor/tailscale/index.ts';
import type { StepResult } from '../outside/step.ts';
import type { TailnetFact } from './tailnet.ts';

export type OutsideFact =
  /** Nothing is published, or that is a finding of its own. */
  { kind: 'none' } | { kind: 'walked'; url: string; results: readonly StepResult[] };

/** Per step; everything is on this machine. */
const STEP_MS = 700;

/** Walks to the gateway under the name others use, as far as its greeting: no login, so nothing is left behind. */
export async function collectOutside({ wish, reading }: TailnetFact): Promise<OutsideFact> {
  if (wish === undefined || reading.kind !== 'answered' || reading.state !== 'Running')
    return { kind: 'none' };
  const route = { ...wish, name: reading.dnsName };
  if (judgeRoute(reading.entries, route).kind !== 'published') return { kind: 'none' };
  // Loaded here: it needs TLS and WebSockets, 10 ms of a run that publishes nothing.
  const { walkToGreeting } = await import('../outside/walk.ts');
  const target = { host: route.name, port: route.port, isTls: true, deadlineMs: STEP_MS, pins: undefined };
  return { kind: 'walked', url: routeUrl(route), results: await walkToGreeting(target) };
}
