import { isSameSecret } from '../../state/index.ts';

/** What the gateway demands of clients, fixed when it starts (gateway-protocol §6). */
export type AuthPolicy = {
  mode: 'token' | 'password' | 'none';
  token?: string | undefined;
  password?: string | undefined;
  /** A user that Tailscale Serve names and tailscaled confirms needs no shared secret. */
  allowTailscale?: boolean;
};

export type AuthRefusal =
  | 'token_missing'
  | 'token_mismatch'
  | 'token_missing_config'
  | 'password_missing'
  | 'password_mismatch'
  | 'password_missing_config'
  | 'device_token_mismatch'
  | 'rate_limited';

/** How a peer showed that it may connect. */
export type AuthMethod = 'none' | 'token' | 'password' | 'device-token' | 'tailscale';

export type AuthOutcome = { kind: 'accepted'; method: AuthMethod } | { kind: 'refused'; reason: AuthRefusal };

export type Credentials = { token?: string | undefined; password?: string | undefined };

/**
 * Judges the shared secret. Identity headers (`Tailscale-User-*`) alone never authenticate: any local process can
 * send them (F-98); see `confirmPeer` of the supervisor for what makes them count.
 */
export function authenticate(policy: AuthPolicy, presented: Credentials): AuthOutcome {
  switch (policy.mode) {
    case 'none':
      return { kind: 'accepted', method: 'none' };
    case 'token':
      return judge('token', policy.token, presented.token);
    case 'password':
      return judge('password', policy.password, presented.password);
  }
}

function judge(
  method: 'token' | 'password',
  expected: string | undefined,
  presented: string | undefined,
): AuthOutcome {
  if (expected === undefined || expected === '')
    return { kind: 'refused', reason: `${method}_missing_config` };
  if (presented === undefined || presented === '') return { kind: 'refused', reason: `${method}_missing` };
  if (!isSameSecret(presented, expected)) return { kind: 'refused', reason: `${method}_mismatch` };
  return { kind: 'accepted', method };
}
