import { RequestError } from '../../../protocol/index.ts';
import { perLink } from '../../data/per-link.ts';
import { createResource, type Resource } from '../../data/resource.ts';
import { type ServiceStatus, serviceStatusSchema } from '../../data/service-wire.ts';
import {
  type GatewayStatus,
  identitySchema,
  readySchema,
  statusSchema,
  type VitalSample,
} from '../../data/wire.ts';
import type { Point } from '../../parts/sparkline.tsx';
import { t } from '../../text/translate.ts';

export type ServiceFacts = {
  gateway: GatewayStatus | undefined;
  readiness: { ready: boolean; reasons: string[] } | undefined;
  identity: { pid: number; state: string; version: string } | undefined;
  /** This machine's clock minus the uptime the gateway told. */
  startedAtMs: number | undefined;
  /** What a `status` call took, measured here. */
  roundTripsMs: readonly Point[];
  /** The gateway's own memory of the last hour, then what this page saw. */
  vitals: readonly VitalSample[];
};

const EVERY_MS = 5_000;
/** Five minutes of them. */
const KEPT = 60;
/** Units, listeners and the tailnet route change seldom, and finding out costs the gateway some helpers. */
const STATUS_EVERY_MS = 30_000;
const STATUS_WITHIN_MS = 30_000;

/** What the gateway says about itself: the methods anybody with read access may call, and its two probes. */
export const serviceFacts = perLink((link): Resource<ServiceFacts> => {
  let roundTripsMs: readonly Point[] = [];
  let seen: readonly VitalSample[] = [];
  return createResource(link, {
    everyMs: EVERY_MS,
    load: async () => {
      const startedAt = performance.now();
      const [answer, readiness, identity] = await Promise.all([
        link.call('status', {}).then((payload) => ({ payload, tookMs: performance.now() - startedAt })),
        probe('readyz'),
        probe('healthz'),
      ]);
      const status = statusSchema.safeParse(answer.payload);
      roundTripsMs = [...roundTripsMs, { atMs: Date.now(), value: answer.tookMs }].slice(-KEPT);
      const gateway = status.success ? status.data.gateway : undefined;
      const ready = readySchema.safeParse(readiness);
      const who = identitySchema.safeParse(identity);
      const { vitals } = gateway ?? {};
      if (vitals !== undefined) seen = [...seen, vitals.latest].slice(-KEPT);
      const firstSeenMs = seen[0]?.atMs ?? 0;
      return {
        gateway,
        readiness: ready.success ? ready.data : undefined,
        identity: who.success ? who.data : undefined,
        startedAtMs: gateway?.uptimeMs === undefined ? undefined : Date.now() - gateway.uptimeMs,
        roundTripsMs,
        vitals: [...(vitals?.history ?? []).filter(({ atMs }) => atMs < firstSeenMs), ...seen],
      };
    },
  });
});

/** Who owns the service and who listens; null where the gateway cannot say. */
export const serviceStatus = perLink(
  (link): Resource<ServiceStatus | null> =>
    createResource<ServiceStatus | null>(link, {
      everyMs: STATUS_EVERY_MS,
      isLate: true,
      load: async () => {
        if (!link.offers('service.status')) return null;
        let answer: unknown;
        try {
          answer = await link.call('service.status', {}, { timeoutMs: STATUS_WITHIN_MS });
        } catch (thrown) {
          if (thrown instanceof RequestError && thrown.message.includes('without a doctor')) return null;
          throw thrown;
        }
        const parsed = serviceStatusSchema.safeParse(answer);
        if (!parsed.success) throw new Error(t('reason.unreadable'));
        return parsed.data;
      },
    }),
);

/** Probes live at the root of the gateway, wherever the page is. Readiness answers 503 with reasons; both are answers. */
async function probe(name: 'readyz' | 'healthz'): Promise<unknown> {
  const response = await fetch(`/${name}`, { cache: 'no-store', credentials: 'omit' });
  return response.json();
}
