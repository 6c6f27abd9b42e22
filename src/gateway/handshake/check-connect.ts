import {
  CLOSE,
  CONTROL_UI_CLIENT_ID,
  type ConnectParams,
  connectParamsSchema,
  negotiate,
  type ProtocolVersion,
  type RequestFrame,
  type Role,
  SIGNATURE_SKEW_MS,
  validationText,
} from '../../protocol/index.ts';
import type { Locality } from '../http/locality.ts';
import { unauthorizedText } from './auth-texts.ts';
import { type AuthOutcome, type AuthPolicy, authenticate } from './authenticate.ts';
import { checkDeviceProof } from './device-proof.ts';
import { type FailedAuthLimit, LOCAL_REFUSAL_DELAY_MS } from './failed-auth-limit.ts';
import { type Refusal, refuse } from './refusal.ts';

/** A `connect` that proved what it claims; whether its device may be here is decided next (pairing). */
export type CheckedConnect = {
  kind: 'checked';
  params: ConnectParams;
  protocol: ProtocolVersion;
  role: Role;
  /** As sent, or the reference's default. */
  scopes: readonly string[];
  device: { id: string; publicKey: string } | undefined;
  authMethod: 'none' | 'token' | 'password' | 'device-token' | 'tailscale';
};

export type ConnectContext = {
  locality: Locality;
  /** This connection's challenge. */
  nonce: string;
  nowMs: number;
  auth: AuthPolicy;
  allowInsecureControlUi: boolean;
  /** What Tailscale Serve says about the user, as far as it is confirmed yet. */
  tailnetUser: 'none' | 'unconfirmed' | 'confirmed';
  limit: FailedAuthLimit;
  devices: {
    isPaired(deviceId: string): boolean;
    acceptsToken(ask: { deviceId: string; role: string; scopes: readonly string[]; token: string }): boolean;
  };
};

/** Everything is in order but the secret is missing, and a confirmed user of the tailnet would not need one. */
export type NeedsIdentity = { kind: 'needs-identity' };

/** Every check of the first frame up to authentication, in the reference's order and words (gateway-protocol §10). */
export function checkConnect(
  frame: RequestFrame,
  context: ConnectContext,
): CheckedConnect | NeedsIdentity | Refusal {
  if (frame.method !== 'connect') return refuse('invalid handshake: first request must be connect');
  const parsed = connectParamsSchema.safeParse(frame.params ?? {});
  if (!parsed.success) {
    return refuse(`invalid connect params: ${validationText(parsed.error.issues, frame.params ?? {})}`);
  }
  const params = parsed.data;
  const protocol = negotiate({ min: params.minProtocol, max: params.maxProtocol });
  if (protocol === undefined) {
    return refuse('protocol mismatch', {
      details: { expectedProtocol: 3 },
      closeCode: CLOSE.protocolMismatch,
    });
  }
  const role = params.role ?? 'operator';
  if (role !== 'operator' && role !== 'node') return refuse('invalid role');
  const { locality, auth } = context;
  if (locality.hasUntrustedForwarding && auth.mode === 'none') {
    return refuse('gateway auth required behind reverse proxy', {
      details: {
        hint: 'set gateway.auth.token or gateway.auth.password, or list the proxy in gateway.trustedProxies',
      },
      closeReason: 'gateway auth required',
    });
  }
  const missing = deviceMissing(params, context);
  if (missing !== undefined) return missing;
  const scopes = params.scopes?.length ? params.scopes : role === 'operator' ? ['operator.admin'] : [];
  let device: CheckedConnect['device'];
  if (params.device !== undefined) {
    const proof = checkDeviceProof({
      params,
      device: params.device,
      role,
      nonce: context.nonce,
      isLocal: locality.isLocal,
      nowMs: context.nowMs,
      skewMs: SIGNATURE_SKEW_MS,
    });
    if (proof.kind === 'refused') return refuse(proof.message);
    device = { id: proof.deviceId, publicKey: proof.publicKey };
  }
  const checked = { kind: 'checked', params, protocol, role, scopes, device } as const;
  return judgeSecret(checked, context);
}

/**
 * A device is required unless a local program shows the shared secret. Remote peers without one are refused even
 * with the right token (the reference makes them admin): a token that leaked must not be enough on its own.
 */
function deviceMissing(params: ConnectParams, context: ConnectContext): Refusal | undefined {
  if (params.device !== undefined) return undefined;
  const hasToken = params.auth?.token !== undefined && params.auth.token !== '';
  if (params.client.id === CONTROL_UI_CLIENT_ID) {
    if (!context.allowInsecureControlUi) {
      return refuse('control ui requires HTTPS or localhost (secure context)');
    }
    const hasPassword = params.auth?.password !== undefined && params.auth.password !== '';
    return hasToken || hasPassword ? undefined : refuse('device identity required', { code: 'NOT_PAIRED' });
  }
  if (hasToken && context.locality.isLocal) return undefined;
  return refuse('device identity required', { code: 'NOT_PAIRED' });
}

function judgeSecret(
  connect: Omit<CheckedConnect, 'authMethod'>,
  context: ConnectContext,
): CheckedConnect | NeedsIdentity | Refusal {
  const { params, device, role, scopes } = connect;
  const { limit, nowMs, locality } = context;
  const who = {
    // Behind an untrusted proxy everybody has the same address; a device that is paired counts on its own.
    source:
      device !== undefined && context.devices.isPaired(device.id)
        ? `device ${device.id}`
        : (locality.clientIp ?? 'untrusted proxy'),
    credential: params.auth?.token ?? params.auth?.password ?? '',
    isLocal: locality.isLocal,
  };
  if (limit.isBlocked(who, nowMs)) return unauthorized({ kind: 'refused', reason: 'rate_limited' }, params);
  let outcome = authenticate(context.auth, params.auth ?? {});
  if (outcome.kind === 'refused' && device !== undefined && params.auth?.token) {
    const ask = { deviceId: device.id, role, scopes, token: params.auth.token };
    if (context.devices.acceptsToken(ask)) outcome = { kind: 'accepted', method: 'device-token' };
  }
  // Only without any secret: a wrong one is still a failed attempt. The device still has to be paired.
  const isBare = outcome.kind === 'refused' && /_missing$/.test(outcome.reason);
  if (isBare && device !== undefined && context.auth.allowTailscale === true) {
    if (context.tailnetUser === 'unconfirmed') return { kind: 'needs-identity' };
    if (context.tailnetUser === 'confirmed') outcome = { kind: 'accepted', method: 'tailscale' };
  }
  if (outcome.kind === 'accepted') {
    limit.recordSuccess(who);
    return { ...connect, authMethod: outcome.method };
  }
  const failures = limit.recordFailure(who, nowMs);
  const refusal = unauthorized(outcome, params);
  return failures === 'many' && locality.isLocal ? { ...refusal, delayMs: LOCAL_REFUSAL_DELAY_MS } : refusal;
}

function unauthorized(outcome: AuthOutcome & { kind: 'refused' }, { client }: ConnectParams): Refusal {
  return refuse(unauthorizedText(outcome.reason, client));
}
