import { HEALTH_INTERVAL_MS, TICK_INTERVAL_MS } from '../protocol/index.ts';
import type { GatewayCore } from './core.ts';
import type { GatewayOptions } from './gateway-options.ts';
import type { HandshakeDeadlines } from './session/handshake-deadlines.ts';
import { PING_INTERVAL_MS, probeLiveness } from './session/liveness.ts';

/** The gateway's clocks; each entry stops one. */
export function startTimers(
  core: GatewayCore,
  deadlines: HandshakeDeadlines,
  timing: NonNullable<GatewayOptions['timing']>,
): (() => void)[] {
  const every = (ms: number, work: () => void): (() => void) => {
    const timer = setInterval(work, ms);
    return () => clearInterval(timer);
  };
  return [
    every(timing.tickMs ?? TICK_INTERVAL_MS, () =>
      core.connections.broadcast('tick', { ts: core.now() }, { whenSlow: 'skip' }),
    ),
    every(HEALTH_INTERVAL_MS, () => {
      core.vitals.record();
      core.presence.sweep(core.now());
      core.announce('health');
      core.store.runs.prune(core.now());
    }),
    every(timing.pingMs ?? PING_INTERVAL_MS, () => {
      for (const { id, peer } of probeLiveness(core.connections)) {
        core.log.warn('no answer to pings, connection cut off', { connection: id, device: peer.deviceId });
      }
      probeLiveness(deadlines);
      probeLiveness(core.waiting);
    }),
    core.stopAnnouncing,
  ];
}
