import type { ConnectOutcome, ErrorShape, GatewayConnection } from '../../protocol/index.ts';
import { assertNever } from './assert-never.ts';
import type { Credential } from './sign-in.ts';

/** Where the page stands with its gateway. */
export type LinkState =
  | { kind: 'connecting'; attempt: number }
  /**
   * Somebody has to sign in. `why` is the gateway's sentence, absent on a first visit; `hasEnded`: this tab was inside, and
   * its own token was replaced or revoked.
   */
  | { kind: 'signed-out'; wants: 'token' | 'password'; why: string | undefined; hasEnded: boolean }
  /** The gateway waits for its owner to accept this browser. */
  | { kind: 'unpaired'; requestId: string | undefined; retryAtMs: number; attempt: number }
  /** This browser cannot prove who it is here (plain http under a name, or too old). */
  | { kind: 'insecure'; why: string }
  | { kind: 'connected'; connection: GatewayConnection; sinceMs: number }
  /** It answered and said no, for a reason that nobody can settle on this page. */
  | { kind: 'refused'; why: string; retryAtMs: number; attempt: number }
  | { kind: 'lost'; why: string; retryAtMs: number; attempt: number };

/** A failed attempt, with what was shown to the gateway then. */
export type FailedAttempt = {
  outcome: Exclude<ConnectOutcome, { kind: 'connected' }>;
  attempt: number;
  credential: Credential | undefined;
  nowMs: number;
};

/** While a person decides, ask again often enough that the page opens by itself soon after. */
const UNPAIRED_RETRY_MS = 3_000;

/** What a failed attempt means. Pure; the caller waits and tries again where `retryAtMs` says so. */
export function afterFailure({ outcome, attempt, credential, nowMs }: FailedAttempt): LinkState {
  const lost = (why: string): Extract<LinkState, { kind: 'lost' }> => ({
    kind: 'lost',
    why,
    retryAtMs: nowMs + retryDelayMs(attempt),
    attempt: attempt + 1,
  });
  switch (outcome.kind) {
    case 'refused':
      return afterRefusal(outcome.error, { lost, attempt, credential, nowMs });
    case 'closed':
      return lost(outcome.close.reason || outcome.cause || 'no answer');
    case 'timeout':
      return lost(`no answer for ${Math.round(outcome.afterMs / 1000)} s`);
    case 'aborted':
      return lost('cancelled');
    default:
      return assertNever(outcome);
  }
}

/** 0.8 s, then 1.7 times longer each, at most 15 s: the rhythm of the published page (gateway-protocol §17). */
function retryDelayMs(attempt: number): number {
  return Math.min(15_000, Math.round(800 * 1.7 ** attempt));
}

function afterRefusal(
  error: ErrorShape,
  context: Omit<FailedAttempt, 'outcome'> & { lost: (why: string) => Extract<LinkState, { kind: 'lost' }> },
): LinkState {
  const { attempt, credential, nowMs } = context;
  // Protocol 3 says just this; protocol 4 says why behind it, and `still waiting` under another code (protocol-now §5.2).
  if (error.message.startsWith('pairing required')) {
    return {
      kind: 'unpaired',
      requestId: requestIdOf(error.details),
      retryAtMs: nowMs + UNPAIRED_RETRY_MS,
      attempt: attempt + 1,
    };
  }
  if (error.message.includes('secure context') || error.message === 'device identity required') {
    return { kind: 'insecure', why: error.message };
  }
  if (error.message.startsWith('unauthorized')) {
    return {
      kind: 'signed-out',
      wants: error.message.includes('password') ? 'password' : 'token',
      // Without anything shown the refusal only says what is wanted.
      why: credential === undefined || credential.kind === 'device' ? undefined : error.message,
      hasEnded: credential?.kind === 'device',
    };
  }
  return { ...context.lost(error.message), kind: 'refused' };
}

function requestIdOf(details: unknown): string | undefined {
  if (typeof details !== 'object' || details === null || !('requestId' in details)) return undefined;
  return typeof details.requestId === 'string' ? details.requestId : undefined;
}
