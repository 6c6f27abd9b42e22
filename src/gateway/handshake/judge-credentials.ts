import type { ConnectParams } from '../../protocol/index.ts';
import { countedAs } from '../http/locality.ts';
import { unauthorizedText } from './auth-texts.ts';
import { type AuthRefusal, authenticate } from './authenticate.ts';
import type { CheckedConnect, ConnectContext, NeedsIdentity } from './checked-connect.ts';
import { LOCAL_REFUSAL_DELAY_MS } from './failed-auth-limit.ts';
import { type Refusal, refuse } from './refusal.ts';
import { authDetails } from './refusal-details.ts';

type Proven = Omit<CheckedConnect, 'authMethod'>;

/** How long a node that guessed too often is asked to stay away. */
const RATE_LIMIT_PAUSE_MS = 15_000;

/**
 * The shared secret, else a token of the device's own: in `auth.token`, where protocol 3 puts it, or in
 * `auth.deviceToken` (protocol-now §4.1). Failures are counted per device or address.
 */
export function judgeCredentials(
  connect: Proven,
  context: ConnectContext,
): CheckedConnect | NeedsIdentity | Refusal {
  const { params, device, role, scopes } = connect;
  const { limit, nowMs, locality, devices } = context;
  const isPaired = device !== undefined && devices.isPaired(device.id);
  const who = {
    // Behind an untrusted proxy everybody has the same address; a device that is paired counts on its own.
    source: isPaired ? `device ${device.id}` : countedAs(locality.clientIp ?? 'untrusted proxy'),
    credential: params.auth?.token ?? params.auth?.deviceToken ?? params.auth?.password ?? '',
    isLocal: locality.isLocal,
  };
  if (limit.isBlocked(who, nowMs)) return rateLimited(connect, isPaired);
  const outcome = authenticate(context.auth, params.auth ?? {});
  if (outcome.kind === 'accepted') {
    limit.recordSuccess(who);
    return { ...connect, authMethod: outcome.method };
  }
  const offered = offeredTokens(params);
  if (
    device !== undefined &&
    offered.some((token) => devices.acceptsToken({ deviceId: device.id, role, scopes, token }))
  ) {
    limit.recordSuccess(who);
    return { ...connect, authMethod: 'device-token' };
  }
  // Only without any secret: a wrong one is still a failed attempt. The device still has to be paired.
  const isBare = offered.length === 0 && /_missing$/.test(outcome.reason);
  if (isBare && device !== undefined && context.auth.allowTailscale === true) {
    if (context.tailnetUser === 'unconfirmed') return { kind: 'needs-identity' };
    if (context.tailnetUser === 'confirmed') {
      limit.recordSuccess(who);
      return { ...connect, authMethod: 'tailscale' };
    }
  }
  const reason = params.auth?.deviceToken ? 'device_token_mismatch' : outcome.reason;
  const failures = limit.recordFailure(who, nowMs);
  const refusal = unauthorized(reason, connect, isPaired);
  return failures === 'many' && locality.isLocal ? { ...refusal, delayMs: LOCAL_REFUSAL_DELAY_MS } : refusal;
}

function offeredTokens({ auth }: ConnectParams): string[] {
  return [auth?.token, auth?.deviceToken].flatMap((token) => (token ? [token] : []));
}

function unauthorized(reason: AuthRefusal, { params, protocol }: Proven, isPaired: boolean): Refusal {
  const details = protocol === 3 ? {} : { details: authDetails(reason, { isPaired }) };
  return refuse(unauthorizedText(reason, params.client), details);
}

/**
 * Too many failures. `AUTH_RATE_LIMITED` makes a published node of protocol 4 stop for ever (protocol-now §4.4); one
 * that proved its key is told to come back instead.
 */
function rateLimited(connect: Proven, isPaired: boolean): Refusal {
  const { protocol, role, device, params } = connect;
  if (protocol === 4 && role === 'node' && device !== undefined) {
    const retryAfterMs = RATE_LIMIT_PAUSE_MS;
    return refuse(unauthorizedText('rate_limited', params.client), { code: 'UNAVAILABLE', retryAfterMs });
  }
  const refusal = unauthorized('rate_limited', connect, isPaired);
  return protocol === 3
    ? refusal
    : { ...refusal, error: { ...refusal.error, retryable: true, retryAfterMs: RATE_LIMIT_PAUSE_MS } };
}
