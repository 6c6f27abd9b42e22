import { invalidRequest, type PresenceEntry } from '../../protocol/index.ts';
import { healthPayload } from '../health.ts';
import type { Methods } from './method.ts';

/** Health, status, presence, heartbeats. */
export const healthMethods: Methods<
  | 'health'
  | 'status'
  | 'system-presence'
  | 'system-event'
  | 'last-heartbeat'
  | 'set-heartbeats'
  | 'gateway.identity.get'
> = {
  health: ({ core }) => healthPayload(core),

  status: ({ core }) => ({
    heartbeat: { defaultAgentId: 'main', agents: [] },
    channelSummary: [],
    queuedSystemEvents: [],
    sessions: {
      paths: [],
      count: 0,
      defaults: { model: null, contextTokens: null },
      recent: [],
      byAgent: [],
    },
    gateway: {
      version: core.version,
      uptimeMs: core.now() - core.startedAtMs,
      connections: core.connections.size,
      nodes: [...core.nodes.nodeIds()].length,
      runningInvokes: core.invokes.size,
      pendingApprovals: core.desk.list().length,
      failedAuthentications: core.limit.list(core.now()),
      vitals: { latest: core.vitals.latest(), history: core.vitals.history() },
    },
  }),

  'system-presence': ({ core }) => core.presence.list(core.selfPresence, core.now()),

  'system-event': ({ core, connection }, params) => {
    if (params.text.trim() === '') throw invalidRequest('text required');
    const key = params.deviceId ?? params.instanceId ?? params.host ?? params.ip ?? connection.id;
    const { text, ...facts } = params;
    // The schema's optional keys carry `| undefined`; JSON cannot hold undefined, so the keys are absent.
    const entry = { ...facts, text, ts: core.now() } as PresenceEntry;
    core.presence.report(key, entry);
    core.announce('presence');
    return { ok: true };
  },

  'gateway.identity.get': ({ core }) => ({ host: core.host, version: core.version }),

  'last-heartbeat': () => null,

  'set-heartbeats': ({ core }, { enabled }) => {
    core.heartbeatsEnabled = enabled;
    return { ok: true, enabled };
  },
};
