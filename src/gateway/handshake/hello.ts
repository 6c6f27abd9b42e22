import {
  EXEC_OUTPUT_EVENT,
  type HelloOk,
  INVOKE_CANCEL_EVENT,
  MAX_BUFFERED_BYTES,
  MAX_PAYLOAD_BYTES,
  TICK_INTERVAL_MS,
} from '../../protocol/index.ts';
import { type GatewayCore, stateVersion } from '../core.ts';
import { healthPayload } from '../health.ts';
import { METHOD_NAMES } from '../methods/dispatch.ts';
import type { ReadyConnection } from '../session/connections.ts';
import type { IssuedAuth } from './admit-device.ts';

/** Every event this gateway can send. */
const EVENTS = [
  'connect.challenge',
  'presence',
  'tick',
  'shutdown',
  'health',
  'node.pair.requested',
  'node.pair.resolved',
  'node.invoke.request',
  INVOKE_CANCEL_EVENT,
  EXEC_OUTPUT_EVENT,
  'device.pair.requested',
  'device.pair.resolved',
  'exec.approval.requested',
  'exec.approval.resolved',
  'doctor',
] as const;

/**
 * The answer to a successful `connect` (gateway-protocol §9). Who else is there is told to operators only: a node has
 * no use for it, and the list would be most of the cost of a join.
 */
export function helloOk(
  core: GatewayCore,
  connection: ReadyConnection,
  auth: IssuedAuth | undefined,
): HelloOk {
  const now = core.now();
  const isNode = connection.peer.role === 'node';
  return {
    type: 'hello-ok',
    protocol: connection.peer.protocol,
    server: { version: core.version, host: core.host, connId: connection.id },
    features: { methods: [...METHOD_NAMES], events: [...EVENTS] },
    snapshot: {
      presence: isNode ? [{ ...core.selfPresence, ts: now }] : core.presence.list(core.selfPresence, now),
      health: healthPayload(core),
      stateVersion: stateVersion(core),
      uptimeMs: now - core.startedAtMs,
      configPath: core.paths.config,
      stateDir: core.paths.stateDir,
      sessionDefaults: {
        defaultAgentId: 'main',
        mainKey: 'main',
        mainSessionKey: 'agent:main:main',
        scope: 'per-sender',
      },
    },
    ...(auth === undefined ? {} : { auth }),
    policy: {
      maxPayload: MAX_PAYLOAD_BYTES,
      maxBufferedBytes: MAX_BUFFERED_BYTES,
      tickIntervalMs: TICK_INTERVAL_MS,
    },
  };
}
