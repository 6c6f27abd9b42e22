import type { Challenge } from '../client.ts';
import type { ClientId, ClientMode } from '../client-names.ts';
import { signedConnectText } from '../device-signature.ts';
import type { Role, Scope } from '../method-scopes.ts';
import { PROTOCOL_MAX, PROTOCOL_MIN } from '../negotiate.ts';
import type { ConnectParams } from '../v3/connect-params.ts';
import { type DeviceKeys, publicKeyOnWire, signText } from './identity.ts';

export type ConnectRequest = {
  clientId: ClientId;
  mode: ClientMode;
  role: Role;
  scopes: readonly Scope[];
  version: string;
  keys: DeviceKeys;
  /** Shared token or device token. */
  token?: string;
  password?: string;
  displayName?: string;
  instanceId?: string;
  caps?: readonly string[];
  commands?: readonly string[];
  pathEnv?: string;
};

/**
 * The signed `connect` parameters for a challenge. Signs v2 with the nonce, v1 without one; the signed time is the
 * challenge's, so that this machine's clock does not matter (F-71).
 */
export function signedConnectParams(
  request: ConnectRequest,
  challenge: Challenge | undefined,
): ConnectParams {
  const signedAt = challenge?.ts ?? Date.now();
  const text = signedConnectText(challenge === undefined ? 'v1' : 'v2', {
    deviceId: request.keys.deviceId,
    clientId: request.clientId,
    clientMode: request.mode,
    role: request.role,
    scopes: request.scopes,
    signedAtMs: signedAt,
    token: request.token ?? '',
    nonce: challenge?.nonce ?? '',
    platform: process.platform,
    deviceFamily: '',
  });
  const auth = {
    ...(request.token === undefined ? {} : { token: request.token }),
    ...(request.password === undefined ? {} : { password: request.password }),
  };
  return {
    minProtocol: PROTOCOL_MIN,
    maxProtocol: PROTOCOL_MAX,
    client: {
      id: request.clientId,
      version: request.version,
      platform: process.platform,
      mode: request.mode,
      ...(request.displayName === undefined ? {} : { displayName: request.displayName }),
      ...(request.instanceId === undefined ? {} : { instanceId: request.instanceId }),
    },
    role: request.role,
    scopes: [...request.scopes],
    caps: [...(request.caps ?? [])],
    ...(request.commands === undefined ? {} : { commands: [...request.commands] }),
    ...(request.pathEnv === undefined ? {} : { pathEnv: request.pathEnv }),
    device: {
      id: request.keys.deviceId,
      publicKey: publicKeyOnWire(request.keys.publicKeyPem),
      signature: signText(request.keys.privateKeyPem, text),
      signedAt,
      ...(challenge === undefined ? {} : { nonce: challenge.nonce }),
    },
    ...(Object.keys(auth).length === 0 ? {} : { auth }),
  };
}
