import type { ConnectParams } from '../../protocol/index.ts';
import type { AuthRefusal } from './authenticate.ts';
import type { ProofRefusal } from './device-proof.ts';

/**
 * The structured half of a refusal, `error.details`: what programs decide by (protocol-now §§3.4, 4.3). Peers of protocol
 * 3 know the texts only and get none of it. Which codes make a published node wait, exit or stop for ever is listed
 * in protocol-now §4.4.
 */

/** No number inside both ranges. Protocol 3 peers read `expectedProtocol` alone. */
export function mismatchDetails({ minProtocol, maxProtocol }: ConnectParams): object {
  if (maxProtocol < 3) return { expectedProtocol: 3 };
  return {
    code: 'PROTOCOL_MISMATCH',
    clientMinProtocol: minProtocol,
    clientMaxProtocol: maxProtocol,
    expectedProtocol: 4,
    minimumProbeProtocol: 3,
  };
}

const PROOF_DETAILS: Readonly<Record<ProofRefusal, { code: string; reason: string }>> = {
  'device identity mismatch': { code: 'DEVICE_AUTH_DEVICE_ID_MISMATCH', reason: 'device-id-mismatch' },
  'device signature expired': { code: 'DEVICE_AUTH_SIGNATURE_EXPIRED', reason: 'device-signature-stale' },
  'device nonce required': { code: 'DEVICE_AUTH_NONCE_REQUIRED', reason: 'device-nonce-missing' },
  'device nonce mismatch': { code: 'DEVICE_AUTH_NONCE_MISMATCH', reason: 'device-nonce-mismatch' },
  'device signature invalid': { code: 'DEVICE_AUTH_SIGNATURE_INVALID', reason: 'device-signature' },
  'device public key invalid': { code: 'DEVICE_AUTH_PUBLIC_KEY_INVALID', reason: 'device-public-key' },
};

export function proofDetails(refusal: ProofRefusal): object {
  return PROOF_DETAILS[refusal];
}

const AUTH_CODES: Readonly<Record<AuthRefusal, string>> = {
  token_missing: 'AUTH_TOKEN_MISSING',
  token_mismatch: 'AUTH_TOKEN_MISMATCH',
  token_missing_config: 'AUTH_TOKEN_NOT_CONFIGURED',
  password_missing: 'AUTH_PASSWORD_MISSING',
  password_mismatch: 'AUTH_PASSWORD_MISMATCH',
  password_missing_config: 'AUTH_PASSWORD_NOT_CONFIGURED',
  device_token_mismatch: 'AUTH_DEVICE_TOKEN_MISMATCH',
  rate_limited: 'AUTH_RATE_LIMITED',
};

/** `isPaired`: the device is known, so a token of its own may do what the shared one did not. */
export function authDetails(reason: AuthRefusal, { isPaired }: { isPaired: boolean }): object {
  const canRetry = isPaired && (reason === 'token_mismatch' || reason === 'password_mismatch');
  return {
    code: AUTH_CODES[reason],
    authReason: reason,
    canRetryWithDeviceToken: canRetry,
    recommendedNextStep: canRetry ? 'retry_with_device_token' : nextStep(reason),
  };
}

function nextStep(reason: AuthRefusal): string {
  switch (reason) {
    case 'token_missing':
    case 'password_missing':
    case 'token_missing_config':
    case 'password_missing_config':
      return 'update_auth_configuration';
    case 'token_mismatch':
    case 'password_mismatch':
    case 'device_token_mismatch':
      return 'update_auth_credentials';
    case 'rate_limited':
      return 'wait_then_retry';
  }
}
