import { explainOutcome } from './explain-outcome.ts';
import { changeRoute } from './publish.ts';
import type { TailscaleAccess } from './read-tailnet.ts';
import { routeUrl } from './route.ts';
import { forgetRouteRecord, readRouteRecord } from './route-record.ts';
import { serviceAccount } from './service-account.ts';

/** What became of the route this state directory made. */
export type Retraction =
  | { kind: 'none' }
  | { kind: 'gone'; url: string; isChanged: boolean }
  /** `reason` with the commands of `remedies` for a person. */
  | { kind: 'stays'; url: string; reason: string };

/** Takes away the one route that is recorded as ours, if there is one, and forgets it. Never throws. */
export async function retractRoute(
  stateDir: string,
  options: { access?: TailscaleAccess; isDryRun?: boolean } = {},
): Promise<Retraction> {
  const record = readRouteRecord(stateDir);
  if (record === undefined) return { kind: 'none' };
  const url = routeUrl(record);
  const outcome = await changeRoute(record, { change: 'remove', ...options });
  const trouble = explainOutcome(outcome, serviceAccount(stateDir), 'take our route off the tailnet');
  if (trouble !== undefined || outcome.kind !== 'done')
    return { kind: 'stays', url, reason: trouble?.message ?? outcome.kind };
  if (options.isDryRun !== true) forgetRouteRecord(stateDir);
  return { kind: 'gone', url, isChanged: outcome.isChanged };
}
