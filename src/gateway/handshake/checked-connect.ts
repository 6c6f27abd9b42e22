import type { ConnectParams, ProtocolVersion, Role } from '../../protocol/index.ts';
import type { Locality } from '../http/locality.ts';
import type { AuthMethod, AuthPolicy } from './authenticate.ts';
import type { FailedAuthLimit } from './failed-auth-limit.ts';

/** A `connect` that proved what it claims; whether its device may be here is decided next (pairing). */
export type CheckedConnect = {
  kind: 'checked';
  params: ConnectParams;
  protocol: ProtocolVersion;
  role: Role;
  /** As sent, or the reference's default. */
  scopes: readonly string[];
  device: { id: string; publicKey: string } | undefined;
  authMethod: AuthMethod;
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
