import type { GatewayCore } from './core.ts';

/**
 * The health object in the reference's form (gateway-protocol §15). There are no channels, agents or sessions here;
 * their keys stay, empty, because the real clients draw tables of them.
 */
export function healthPayload(core: GatewayCore): object {
  const now = core.now();
  return {
    ok: true,
    ts: now,
    durationMs: 0,
    channels: {},
    channelOrder: [],
    channelLabels: {},
    heartbeatSeconds: 0,
    defaultAgentId: 'main',
    agents: [],
    sessions: { path: '', count: 0, recent: [] },
    gateway: {
      version: core.version,
      uptimeMs: now - core.startedAtMs,
      connections: core.connections.size,
      tailscale: core.exposure,
    },
  };
}
