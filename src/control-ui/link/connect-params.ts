import {
  type Challenge,
  type ConnectParams,
  PROTOCOL_MAX,
  PROTOCOL_MIN,
  type Scope,
  signatureVersionFor,
  signedConnectText,
} from '../../protocol/index.ts';
import type { DeviceKeys } from './device-keys.ts';
import type { Access, Credential } from './sign-in.ts';

const CLIENT = { id: 'clawdbot-control-ui', mode: 'webchat', version: 'dev' } as const;

/** Scopes of each kind of access, in the order in which they are signed. */
export const ACCESS_SCOPES: Readonly<Record<Access, readonly Scope[]>> = {
  full: ['operator.admin', 'operator.approvals', 'operator.pairing'],
  approvals: ['operator.read', 'operator.approvals'],
  read: ['operator.read'],
};

/** The signed `connect` parameters of the page (gateway-protocol §§4, 5); without keys it sends no device. */
export async function pageConnectParams(
  who: { keys: DeviceKeys | undefined; credential: Credential | undefined; access: Access; platform: string },
  challenge: Challenge | undefined,
): Promise<ConnectParams> {
  const { keys, credential, access, platform } = who;
  const scopes = ACCESS_SCOPES[access];
  const token = credential === undefined || credential.kind === 'password' ? '' : credential.token;
  const signedAt = challenge?.ts ?? Date.now();
  const auth =
    credential === undefined
      ? undefined
      : credential.kind === 'password'
        ? { password: credential.password }
        : { token };
  const params: ConnectParams = {
    minProtocol: PROTOCOL_MIN,
    maxProtocol: PROTOCOL_MAX,
    client: { ...CLIENT, platform, displayName: 'Control page' },
    role: 'operator',
    scopes: [...scopes],
    caps: [],
    ...(auth === undefined ? {} : { auth }),
  };
  if (keys === undefined) return params;
  const text = signedConnectText(signatureVersionFor(challenge), {
    deviceId: keys.deviceId,
    clientId: CLIENT.id,
    clientMode: CLIENT.mode,
    role: 'operator',
    scopes,
    signedAtMs: signedAt,
    token,
    nonce: challenge?.nonce ?? '',
    platform,
    deviceFamily: '',
  });
  return {
    ...params,
    device: {
      id: keys.deviceId,
      publicKey: keys.publicKey,
      signature: await keys.sign(text),
      signedAt,
      ...(challenge === undefined ? {} : { nonce: challenge.nonce }),
    },
  };
}
