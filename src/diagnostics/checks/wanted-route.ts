import type { Route } from '../../supervisor/tailscale/index.ts';
import { notApplicable } from '../engine/check.ts';
import type { Facts } from '../facts/facts.ts';

export const NOT_WANTED = notApplicable(
  'the config does not publish through a tailnet, or the tailnet is not up',
);

/** The route the config asks for, under the name this machine has now; undefined when it asks for none, or before it is up. */
export function routeOf({ wish, reading }: Facts['tailnet']): Route | undefined {
  if (wish === undefined || reading.kind !== 'answered' || reading.state !== 'Running') return undefined;
  if (reading.dnsName === '') return undefined;
  return { ...wish, name: reading.dnsName };
}
