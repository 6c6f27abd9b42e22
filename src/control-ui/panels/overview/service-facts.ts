import { createResource, type Resource } from '../../data/resource.ts';
import { type GatewayStatus, identitySchema, readySchema, statusSchema } from '../../data/wire.ts';
import type { Link } from '../../link/link.ts';

export type ServiceFacts = {
  gateway: GatewayStatus | undefined;
  readiness: { ready: boolean; reasons: string[] } | undefined;
  identity: { pid: number; state: string; version: string } | undefined;
  /** This machine's clock minus the uptime the gateway told. */
  startedAtMs: number | undefined;
  /** Oldest first; what a `status` call took, measured here. */
  roundTripsMs: readonly number[];
};

const EVERY_MS = 5_000;
/** Five minutes of them. */
const KEPT = 60;

/** What the gateway says about itself: the methods anybody with read access may call, and its two probes. */
export function createServiceFacts(link: Link): Resource<ServiceFacts> {
  let roundTripsMs: readonly number[] = [];
  return createResource(link, {
    everyMs: EVERY_MS,
    load: async () => {
      const startedAt = performance.now();
      const status = statusSchema.safeParse(await link.call('status', {}));
      roundTripsMs = [...roundTripsMs, performance.now() - startedAt].slice(-KEPT);
      const [readiness, identity] = await Promise.all([probe('readyz'), probe('healthz')]);
      const gateway = status.success ? status.data.gateway : undefined;
      const ready = readySchema.safeParse(readiness);
      const who = identitySchema.safeParse(identity);
      return {
        gateway,
        readiness: ready.success ? ready.data : undefined,
        identity: who.success ? who.data : undefined,
        startedAtMs: gateway?.uptimeMs === undefined ? undefined : Date.now() - gateway.uptimeMs,
        roundTripsMs,
      };
    },
  });
}

/** Probes live at the root of the gateway, wherever the page is. Readiness answers 503 with reasons; both are answers. */
async function probe(name: 'readyz' | 'healthz'): Promise<unknown> {
  const response = await fetch(`/${name}`, { cache: 'no-store', credentials: 'omit' });
  return response.json();
}
