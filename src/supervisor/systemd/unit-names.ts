/** The two services and their helpers. */
export type ServiceKind = 'gateway' | 'node';

/** File names of the units of one service. `-PROFILE` follows the base name, as in Clawdbot 2026.1.24. */
export type UnitNames = {
  service: string;
  /** Gateway only. */
  socket: string | undefined;
  /** Runs when systemd gives up. Gateway only. */
  failed: string | undefined;
  /** All of them, in the order in which they are written. */
  all: readonly string[];
};

/** Names for a profile (undefined or `default` for the plain ones). */
export function unitNames(kind: ServiceKind, profile: string | undefined): UnitNames {
  const suffix = profile === undefined || profile === 'default' ? '' : `-${profile}`;
  const base = `clawdbot-${kind}${suffix}`;
  const service = `${base}.service`;
  if (kind === 'node') return { service, socket: undefined, failed: undefined, all: [service] };
  const socket = `${base}.socket`;
  const failed = `${base}-failed.service`;
  return { service, socket, failed, all: [socket, service, failed] };
}

/** The template a unit is rendered from. */
export function templateOf(kind: ServiceKind, names: UnitNames, unit: string): string {
  if (unit === names.socket) return 'clawdbot-gateway.socket';
  if (unit === names.failed) return 'clawdbot-gateway-failed.service';
  return `clawdbot-${kind}.service`;
}
