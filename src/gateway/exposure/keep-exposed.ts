import { setTimeout as sleep } from 'node:timers/promises';
import { errorText, type GatewaySettings, OpsError } from '../../state/index.ts';
import {
  changeRoute,
  explainOutcome,
  readRouteRecord,
  retractRoute,
  routeUrl,
  serviceAccount,
  type TailscaleAccess,
  wishOf,
  writeRouteRecord,
} from '../../supervisor/tailscale/index.ts';
import type { GatewayCore } from '../core.ts';
import { type Attempt, onAttempt } from './exposure-state.ts';

export type ExposureWish = {
  tailscale: GatewaySettings['tailscale'];
  port: number;
  access?: TailscaleAccess | undefined;
};

/**
 * Keeps the gateway published as the config asks, until `signal` aborts: makes the route when it is missing and this
 * account may, else says why not and looks again; a route that somebody else made counts. The state is in
 * `core.exposure`. Never throws, never stops the gateway.
 */
export async function keepExposed(core: GatewayCore, wish: ExposureWish, signal: AbortSignal): Promise<void> {
  let failures = 0;
  while (!signal.aborted) {
    const attempt = await tryOnce(core, wish);
    if (signal.aborted) return;
    failures = attempt.kind === 'failed' ? failures + 1 : 0;
    const { next, waitMs, news } = onAttempt(core.exposure, attempt, { failures, nowMs: core.now() });
    core.exposure = next;
    if (news !== undefined) {
      core.log[news.level](`tailscale: ${news.text}`);
      core.announce('health');
    }
    await sleep(waitMs, undefined, { signal, ref: false }).catch(() => undefined);
  }
}

/** 5 s: a hanging tailscaled must not hold up a stop for long; a busy one has answered by then. */
const END_MS = 5_000;

/** Takes the route back that this state directory made (`gateway.tailscale.resetOnExit`); whatever happens, the stop goes on. */
export async function endExposure(core: GatewayCore, { access }: ExposureWish): Promise<void> {
  const retraction = await Promise.race([
    retractRoute(core.paths.stateDir, access === undefined ? {} : { access }),
    sleep(END_MS, undefined, { ref: false }),
  ]);
  if (retraction === undefined) core.log.warn(`tailscale: the route stays: no answer within ${END_MS} ms`);
  else if (retraction.kind === 'stays') core.log.warn(`tailscale: the route stays: ${retraction.reason}`);
}

async function tryOnce(core: GatewayCore, { tailscale, port, access }: ExposureWish): Promise<Attempt> {
  const { stateDir } = core.paths;
  try {
    const record = readRouteRecord(stateDir);
    const wish = wishOf({ tailscale, port }, record);
    const outcome = await changeRoute(wish, {
      change: 'add',
      record,
      ...(access === undefined ? {} : { access }),
    });
    const trouble = explainOutcome(outcome, serviceAccount(stateDir));
    if (trouble !== undefined || outcome.kind !== 'done') {
      return { kind: 'failed', trouble: trouble ?? new OpsError('internal', 'cannot publish the gateway') };
    }
    const { route, isChanged } = outcome;
    if (isChanged) writeRouteRecord(stateDir, { ...route, madeAtMs: core.now() });
    return { kind: 'published', url: routeUrl(route), isFunnel: route.isFunnel, isNew: isChanged };
  } catch (thrown) {
    const trouble =
      thrown instanceof OpsError
        ? thrown
        : new OpsError('internal', `cannot publish the gateway: ${errorText(thrown)}`, { cause: thrown });
    return { kind: 'failed', trouble };
  }
}
