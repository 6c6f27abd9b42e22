import { CLOSE, type ProtocolVersion } from '../../protocol/index.ts';
import type { DeviceRequest, PairedDevice, PairingReason } from '../../state/index.ts';
import { type Refusal, refuse } from './refusal.ts';

/** How soon a node that is still waiting is to look again; the gateway holds that look until something is decided. */
const LOOK_AGAIN_MS = 500;

/**
 * "A person has to approve this". Protocol 3 peers get the text and the request id (gateway-protocol §8). Protocol 4
 * peers get why, and the hints without which a published node host stops for ever instead of coming in once it is
 * approved (protocol-now §§4.4, 5.2).
 */
export function pairingRequired(
  protocol: ProtocolVersion,
  {
    request,
    reason,
    device,
  }: { request: DeviceRequest; reason: PairingReason; device: PairedDevice | undefined },
): Refusal {
  const { requestId, deviceId, role, scopes } = request;
  if (protocol === 3) return refuse('pairing required', { code: 'NOT_PAIRED', details: { requestId } });
  const message = `pairing required: ${REASONS[reason]}`;
  const verb = role === 'node' ? 'nodes' : 'devices';
  return refuse(message, {
    code: 'NOT_PAIRED',
    details: {
      code: 'PAIRING_REQUIRED',
      reason,
      requestId,
      remediationHint: `On the gateway machine: clawdbot ${verb} approve ${requestId}`,
      recommendedNextStep: 'wait_then_retry',
      retryable: true,
      pauseReconnect: false,
      deviceId,
      requestedRole: role,
      ...(scopes.length === 0 ? {} : { requestedScopes: scopes }),
      ...(device === undefined ? {} : { approvedRoles: device.roles }),
      ...(device === undefined || device.scopes.length === 0 ? {} : { approvedScopes: device.scopes }),
    },
    closeReason: `${message} (requestId: ${requestId})`,
  });
}

/**
 * The answer to a held look when nothing was decided. The published node of protocol 4 would wait up to 30 s before
 * the next one; the pause it takes from a gateway that is not ready yet is the one it does not lengthen (§3.6).
 */
export function stillWaiting(
  protocol: ProtocolVersion,
  requestId: string,
): Pick<Refusal, 'error' | 'closeCode' | 'closeReason'> {
  if (protocol === 3) return refuse('pairing required', { code: 'NOT_PAIRED', details: { requestId } });
  return refuse('pairing required: still waiting for the approval', {
    code: 'UNAVAILABLE',
    details: { reason: 'startup-sidecars', code: 'PAIRING_REQUIRED', requestId, pauseReconnect: false },
    retryAfterMs: LOOK_AGAIN_MS,
    closeCode: CLOSE.tryAgainLater,
    closeReason: `pairing required (requestId: ${requestId})`,
  });
}

/** In the words of protocol 4, whose clients show them. */
const REASONS: Readonly<Record<PairingReason, string>> = {
  'not-paired': 'device is not approved yet',
  'role-upgrade': 'device is asking for a higher role than currently approved',
  'scope-upgrade': 'device is asking for more scopes than currently approved',
  'metadata-upgrade': 'device identity changed and must be re-approved',
};
