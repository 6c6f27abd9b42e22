import { type CloseInfo, type ConnectOutcome, refusedUpgrade } from '../../protocol/index.ts';

/**
 * Why an attempt did not end in a connection; it decides the pace of the next ones.
 * `pairing`: network and credentials are fine, a person has to say yes. `credentials`: the gateway does not accept what
 * we showed. `refused`: it cannot work with us as we are (version, signature, certificate). `unreachable`: the rest.
 */
export type FailureClass = 'pairing' | 'credentials' | 'refused' | 'unreachable';

export type AttemptFailure = {
  class: FailureClass;
  /** One line for people; holds no secret. */
  text: string;
  /** What a person can do about it, when that is known. */
  remedy?: string;
  /** `pairing` only: what has to be approved, when the gateway named it. */
  requestId?: string;
  /** The gateway's own wish for the pause, a lower bound. */
  retryAfterMs?: number;
};

/** Puts everything but a success into one of the classes. Texts are those of gateway-protocol §10 and protocol 4 §4. */
export function classifyOutcome(outcome: Exclude<ConnectOutcome, { kind: 'connected' }>): AttemptFailure {
  switch (outcome.kind) {
    case 'refused':
      return classifyRefusal(outcome.error);
    case 'closed':
      return classifyClose(outcome.close, outcome.cause);
    case 'timeout':
      return { class: 'unreachable', text: `no answer from the gateway within ${outcome.afterMs} ms` };
    case 'aborted':
      return { class: 'unreachable', text: 'the attempt was stopped' };
  }
}

/** True when the gateway judged the token or password itself, so another one may do better. */
export function isCredentialVerdict(outcome: ConnectOutcome): boolean {
  return (
    outcome.kind === 'refused' &&
    /^unauthorized/i.test(outcome.error.message) &&
    !isRateLimit(outcome.error.message, detailCode(outcome.error.details))
  );
}

type Refusal = Extract<ConnectOutcome, { kind: 'refused' }>['error'];

function classifyRefusal(error: Refusal): AttemptFailure {
  const code = detailCode(error.details);
  const pause = error.retryAfterMs === undefined ? {} : { retryAfterMs: error.retryAfterMs };
  if (error.message.startsWith('pairing required') || code === 'PAIRING_REQUIRED') {
    const requestId = detailText(error.details, 'requestId');
    const request = requestId === undefined ? {} : { requestId };
    return { class: 'pairing', text: 'pairing required', ...request, ...pause };
  }
  if (isRateLimit(error.message, code)) {
    return {
      class: 'credentials',
      text: `the gateway refuses further logins for now: ${error.message}`,
      remedy: 'wait, then check the token; the gateway counts failed logins',
      ...pause,
    };
  }
  if (/^unauthorized/i.test(error.message) || code?.startsWith('AUTH_')) {
    return {
      class: 'credentials',
      text: `the gateway does not accept the credentials: ${error.message}`,
      remedy:
        'set CLAWDBOT_GATEWAY_TOKEN (or gateway.remote.token) of this node to the gateway.auth.token of the gateway',
      ...pause,
    };
  }
  if (error.code === 'UNAVAILABLE') {
    return { class: 'unreachable', text: `the gateway is not ready: ${error.message}`, ...pause };
  }
  const remedy = REFUSAL_REMEDIES.find(([pattern]) => pattern.test(error.message))?.[1];
  return {
    class: 'refused',
    text: `the gateway refuses this node: ${error.message}${protocolNumbers(error.details)}`,
    ...(remedy === undefined ? {} : { remedy }),
    ...pause,
  };
}

const REFUSAL_REMEDIES: readonly (readonly [RegExp, string])[] = [
  [/protocol mismatch/, 'update the older of the two: this node speaks protocols 3 and 4'],
  [/signature expired/, 'the clocks differ by more than ten minutes: set the time on both machines'],
  [
    /signature invalid|identity mismatch|public key invalid/,
    'the key in identity/device.json is not the one of this device id',
  ],
];

function classifyClose(close: CloseInfo, cause: string | undefined): AttemptFailure {
  if (cause !== undefined && /fingerprint mismatch/.test(cause)) {
    return {
      class: 'refused',
      text: cause,
      remedy: `if it was renewed on purpose (compare on the gateway machine): clawdbot node pin ${/its key ([0-9a-f]{64})/.exec(cause)?.[1] ?? 'SHA256'}`,
    };
  }
  // What tailscaled sends when the certificate it has is not valid and it cannot get another one.
  if (cause !== undefined && /alert internal error/.test(cause)) {
    return {
      class: 'unreachable',
      text: 'the gateway machine ends the TLS handshake: it has no valid certificate',
      remedy: 'on the gateway machine: sudo tailscale cert NAME, which says why',
    };
  }
  if (cause !== undefined && /certificate|self[- ]signed|ERR_TLS/i.test(cause)) {
    return {
      class: 'refused',
      text: `the certificate of the gateway is not trusted: ${cause}`,
      remedy: /expired/i.test(cause)
        ? 'renew it on the gateway machine; tailscaled does so by itself once it reaches its authority'
        : 'add its authority to this system (update-ca-certificates), or pin it: clawdbot node pin SHA256',
    };
  }
  if (refusedUpgrade(cause) === 421) {
    return {
      class: 'unreachable',
      text: 'the gateway is there but does not answer to the host name this node uses (421 Misdirected Request)',
      remedy: 'on the gateway machine, add that name to gateway.allowedHosts',
    };
  }
  if (refusedUpgrade(cause) === 403) {
    return {
      class: 'unreachable',
      text: 'the gateway is there but takes no forwarded connections from this proxy (403 Forbidden)',
      remedy:
        'on the gateway machine, add the address of the proxy to gateway.trustedProxies (OpenClaw refuses all others)',
    };
  }
  if (cause !== undefined) return { class: 'unreachable', text: cause };
  const reason = close.reason === '' ? '' : `: ${close.reason}`;
  return {
    class: 'unreachable',
    text: `the gateway closed the connection before the login (${close.code})${reason}`,
  };
}

function isRateLimit(message: string, code: string | undefined): boolean {
  return code === 'AUTH_RATE_LIMITED' || /rate limit|too many/i.test(message);
}

function protocolNumbers(details: unknown): string {
  const expected =
    typeof details === 'object' && details !== null ? Reflect.get(details, 'expectedProtocol') : undefined;
  return typeof expected === 'number' ? ` (it speaks ${expected})` : '';
}

function detailCode(details: unknown): string | undefined {
  return detailText(details, 'code');
}

function detailText(details: unknown, key: string): string | undefined {
  const value = typeof details === 'object' && details !== null ? Reflect.get(details, key) : undefined;
  return typeof value === 'string' && value !== '' ? value : undefined;
}
