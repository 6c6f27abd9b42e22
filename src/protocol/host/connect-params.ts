import type { Challenge } from '../client.ts';
import type { ClientId, ClientMode } from '../client-names.ts';
import type { ConnectParams } from '../connect-params.ts';
import { signatureVersionFor, signedConnectText } from '../device-signature.ts';
import type { Role, Scope } from '../method-scopes.ts';
import { PROTOCOL_MAX, PROTOCOL_MIN } from '../negotiate.ts';
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
 * The signed `connect` parameters for a challenge, for protocol 3 or 4. The signed time is the challenge's, so that this
 * machine's clock does not matter (F-71).
 */
export function signedConnectParams(
  request: ConnectRequest,
  challenge: Challenge | undefined,
): ConnectParams {
  const signedAt = challenge?.ts ?? Date.now();
  const host = hostPlatform(process.platform);
  const text = signedConnectText(signatureVersionFor(challenge), {
    deviceId: request.keys.deviceId,
    clientId: request.clientId,
    clientMode: request.mode,
    role: request.role,
    scopes: request.scopes,
    signedAtMs: signedAt,
    token: request.token ?? '',
    nonce: challenge?.nonce ?? '',
    platform: host.platform,
    deviceFamily: host.deviceFamily ?? '',
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
      ...host,
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

/**
 * Platform and family as protocol 4 classifies them: together they decide what a node may do, and they are pinned when
 * it is paired (protocol-now §3.3). Other systems are named as Node.js names them.
 */
function hostPlatform(platform: NodeJS.Platform): { platform: string; deviceFamily?: string } {
  switch (platform) {
    case 'linux':
      return { platform: 'linux', deviceFamily: 'Linux' };
    case 'darwin':
      return { platform: 'macos', deviceFamily: 'Mac' };
    case 'win32':
      return { platform: 'windows', deviceFamily: 'Windows' };
    default:
      return { platform };
  }
}
