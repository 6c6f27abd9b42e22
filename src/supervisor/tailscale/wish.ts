import type { Wish } from './publish.ts';
import type { RouteRecord } from './route-record.ts';

/** Ports Tailscale offers for Funnel (tailcfg.CapabilityFunnelPorts). */
export const FUNNEL_PORTS = [443, 8443, 10_000] as const;

/**
 * Under which port the gateway is to be published: the one asked for, else the one it was published under before, else
 * its own number; for Funnel 443.
 */
export function wishOf(
  settings: { port: number; tailscale: { mode: 'off' | 'serve' | 'funnel' } },
  record: RouteRecord | undefined,
  askedPort?: number,
): Wish {
  const isFunnel = settings.tailscale.mode === 'funnel';
  const before = record?.isFunnel === isFunnel ? record.port : undefined;
  return {
    port: askedPort ?? before ?? (isFunnel ? FUNNEL_PORTS[0] : settings.port),
    gatewayPort: settings.port,
    isFunnel,
  };
}
