import {
  CLOSE,
  type ConnectParams,
  connectParamsSchema,
  isControlUi,
  negotiate,
  type ProtocolVersion,
  type RequestFrame,
  type Role,
  SIGNATURE_SKEW_MS,
  SIGNATURE_SKEW_MS_V4,
  validationText,
} from '../../protocol/index.ts';
import type { CheckedConnect, ConnectContext, NeedsIdentity } from './checked-connect.ts';
import { checkDeviceProof } from './device-proof.ts';
import { judgeCredentials } from './judge-credentials.ts';
import { type Refusal, refuse } from './refusal.ts';
import { mismatchDetails, proofDetails } from './refusal-details.ts';

/**
 * Every check of the first frame up to authentication, in the references' order and words (gateway-protocol §10,
 * protocol-now §§2.5, 3.4, 4.3).
 */
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
    const details = mismatchDetails(params);
    return refuse('protocol mismatch', { details, closeCode: CLOSE.protocolMismatch });
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
  const missing = deviceMissing(params, { ...context, protocol });
  if (missing !== undefined) return missing;
  const device =
    params.device === undefined ? undefined : proveDevice(params, { ...context, protocol, role });
  if (device?.kind === 'refused') return device;
  return judgeCredentials(
    {
      kind: 'checked',
      params,
      protocol,
      role,
      scopes: params.scopes?.length ? params.scopes : defaultScopes(role, protocol),
      device: device && { id: device.id, publicKey: device.publicKey },
    },
    context,
  );
}

/** Protocol 3 operators that name no scopes ask for everything; those of protocol 4 get what they ask for. */
function defaultScopes(role: Role, protocol: ProtocolVersion): readonly string[] {
  return role === 'operator' && protocol === 3 ? ['operator.admin'] : [];
}

function proveDevice(
  params: ConnectParams,
  { nonce, nowMs, locality, protocol, role }: ConnectContext & { protocol: ProtocolVersion; role: Role },
): { kind: 'proven'; id: string; publicKey: string } | Refusal | undefined {
  const { device } = params;
  if (device === undefined) return undefined;
  const proof = checkDeviceProof({
    params,
    device,
    role,
    nonce,
    mayOmitNonce: locality.isLocal && protocol === 3,
    nowMs,
    skewMs: protocol === 3 ? SIGNATURE_SKEW_MS : SIGNATURE_SKEW_MS_V4,
  });
  if (proof.kind === 'proven') return { kind: 'proven', id: proof.deviceId, publicKey: proof.publicKey };
  return refuse(proof.message, protocol === 3 ? {} : { details: proofDetails(proof.message) });
}

/**
 * A device is required unless a local program shows the shared secret. Remote peers without one are refused even
 * with the right token (the reference makes them admin): a token that leaked must not be enough on its own.
 */
function deviceMissing(
  params: ConnectParams,
  { locality, allowInsecureControlUi, protocol }: ConnectContext & { protocol: ProtocolVersion },
): Refusal | undefined {
  if (params.device !== undefined) return undefined;
  const hasToken = isPresent(params.auth?.token);
  const hasSecret = hasToken || isPresent(params.auth?.password);
  const details = protocol === 3 ? {} : { details: { code: 'DEVICE_IDENTITY_REQUIRED' } };
  const required = refuse('device identity required', { code: 'NOT_PAIRED', ...details });
  if (isControlUi(params.client.id)) {
    if (!allowInsecureControlUi) return refuse('control ui requires HTTPS or localhost (secure context)');
    return hasSecret ? undefined : required;
  }
  // The command line of protocol 4 has no device here whatever the secret; that of 3 always has one.
  if ((protocol === 3 ? hasToken : hasSecret) && locality.isLocal) return undefined;
  return required;
}

function isPresent(secret: string | undefined): boolean {
  return secret !== undefined && secret !== '';
}
