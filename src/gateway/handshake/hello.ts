import {
  EXEC_OUTPUT_EVENT,
  eventVisible,
  type HelloOk,
  INVOKE_CANCEL_EVENT,
  MAX_BUFFERED_BYTES,
  MAX_BUFFERED_BYTES_V4,
  MAX_PAYLOAD_BYTES,
  MAX_PAYLOAD_BYTES_V4,
  type ProtocolVersion,
  TICK_INTERVAL_MS,
} from '../../protocol/index.ts';
import { type GatewayCore, stateVersion } from '../core.ts';
import { healthPayload } from '../health.ts';
import { METHOD_NAMES } from '../methods/dispatch.ts';
import type { ReadyConnection } from '../session/connections.ts';
import type { IssuedAuth } from './admit-device.ts';
import type { AuthMethod } from './authenticate.ts';

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

/** What a connection may send, and how far it may fall behind in reading. */
export const LIMITS: Readonly<Record<ProtocolVersion, { maxPayload: number; maxBufferedBytes: number }>> = {
  3: { maxPayload: MAX_PAYLOAD_BYTES, maxBufferedBytes: MAX_BUFFERED_BYTES },
  4: { maxPayload: MAX_PAYLOAD_BYTES_V4, maxBufferedBytes: MAX_BUFFERED_BYTES_V4 },
};

/**
 * The answer to a successful `connect` (gateway-protocol §9, protocol-now §3.5). Who else is there is told to those who may ask
 * for it: a node has no use for it, and the list would be most of the cost of a join.
 */
export function helloOk(
  core: GatewayCore,
  connection: ReadyConnection,
  auth: { method: AuthMethod; device: IssuedAuth | undefined },
): HelloOk {
  const now = core.now();
  const { protocol, role, scopes } = connection.peer;
  const seesOthers = eventVisible(connection.peer, 'presence');
  return {
    type: 'hello-ok',
    protocol,
    server: { version: core.version, host: core.host, connId: connection.id },
    features: { methods: [...METHOD_NAMES], events: [...EVENTS] },
    snapshot: {
      presence: seesOthers ? core.presence.list(core.selfPresence, now) : [{ ...core.selfPresence, ts: now }],
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
    ...authOf(protocol, { method: auth.method, role, scopes, ...auth.device }),
    policy: { ...LIMITS[protocol], tickIntervalMs: TICK_INTERVAL_MS },
  };
}

/** Protocol 3 peers are told only when there is a device token; those of 4 always, with how they got in. */
function authOf(
  protocol: ProtocolVersion,
  {
    method,
    deviceToken,
    ...auth
  }: {
    method: AuthMethod;
    role: string;
    scopes: readonly string[];
    deviceToken?: string;
    issuedAtMs?: number;
  },
): Pick<HelloOk, 'auth'> {
  const scopes = [...auth.scopes];
  if (protocol === 4)
    return { auth: { method, ...auth, scopes, ...(deviceToken === undefined ? {} : { deviceToken }) } };
  return deviceToken === undefined ? {} : { auth: { ...auth, scopes, deviceToken } };
}
