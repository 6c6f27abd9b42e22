import { deviceIdOf, rawPublicKey, verifyText } from '../../protocol/host/index.ts';
import {
  type ConnectParams,
  type SignatureVersion,
  type SignedConnect,
  signedConnectText,
  signedToken,
} from '../../protocol/index.ts';

export type ProofRefusal =
  | 'device identity mismatch'
  | 'device signature expired'
  | 'device nonce required'
  | 'device nonce mismatch'
  | 'device signature invalid'
  | 'device public key invalid';

/** `publicKey` is the wire form (base64url of the raw bytes) whatever form was sent. */
export type ProofOutcome =
  | { kind: 'proven'; deviceId: string; publicKey: string }
  | { kind: 'refused'; message: ProofRefusal };

export type ProofContext = {
  params: ConnectParams;
  device: NonNullable<ConnectParams['device']>;
  /** After defaulting. */
  role: string;
  nonce: string;
  /** May sign without the nonce of the challenge (version 1): a local peer of protocol 3. */
  mayOmitNonce: boolean;
  nowMs: number;
  /** How far `signedAt` may be from `nowMs`, either way. */
  skewMs: number;
};

/**
 * Checks that the peer holds the device's private key, in the reference's order (gateway-protocol §10, rows 7 to 11).
 * Verifies v3 and v2; v1 only without a nonce (protocol-now §3.4, row "both").
 */
export function checkDeviceProof({
  params,
  device,
  role,
  nonce,
  mayOmitNonce,
  nowMs,
  skewMs,
}: ProofContext): ProofOutcome {
  let key: Buffer;
  try {
    key = rawPublicKey(device.publicKey);
  } catch {
    // The reference compares the id first; an unreadable key has no id that could fit.
    return { kind: 'refused', message: 'device identity mismatch' };
  }
  if (deviceIdOf(key) !== device.id) return { kind: 'refused', message: 'device identity mismatch' };
  if (Math.abs(nowMs - device.signedAt) > skewMs)
    return { kind: 'refused', message: 'device signature expired' };
  const sentNonce = device.nonce?.trim() ?? '';
  if (sentNonce === '' && !mayOmitNonce) return { kind: 'refused', message: 'device nonce required' };
  if (sentNonce !== '' && sentNonce !== nonce) return { kind: 'refused', message: 'device nonce mismatch' };
  const signed: SignedConnect = {
    deviceId: device.id,
    clientId: params.client.id,
    clientMode: params.client.mode,
    role,
    scopes: params.scopes ?? [],
    signedAtMs: device.signedAt,
    token: signedToken(params.auth),
    nonce: sentNonce,
    platform: params.client.platform,
    deviceFamily: params.client.deviceFamily ?? '',
  };
  const versions: SignatureVersion[] = sentNonce === '' ? ['v1'] : ['v2', 'v3'];
  const isSigned = versions.some((version) => {
    try {
      return verifyText(key, signedConnectText(version, signed), device.signature);
    } catch {
      return false;
    }
  });
  if (!isSigned) return { kind: 'refused', message: 'device signature invalid' };
  return { kind: 'proven', deviceId: device.id, publicKey: key.toString('base64url') };
}
