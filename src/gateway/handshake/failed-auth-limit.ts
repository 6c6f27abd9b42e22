import { createHash } from 'node:crypto';
import type { FailedAuthEntry } from '../../protocol/index.ts';

/** Who presents a credential: an address, or a paired device. */
export type AuthSource = { source: string; credential: string; isLocal: boolean };

/** Wrong guesses from one source, whatever the credential, before it has to wait. */
const SOURCE_BUDGET = 30;
/** Tries with the same wrong credential: a misconfigured client, not a guesser. Only that pair has to wait. */
const CREDENTIAL_BUDGET = 10;
const WINDOW_MS = 60_000;
/** Bound on memory whatever an attacker sends; the oldest entry goes first. */
const MAX_ENTRIES = 10_000;
/** How long an answer to the n-th wrong local guess is held back: 60 guesses a minute instead of thousands a second. */
export const LOCAL_REFUSAL_DELAY_MS = 1_000;

/**
 * Counts failed authentications per source and per (source, credential) (F-65). Local peers are counted but never
 * blocked, only answered late: whoever guesses on this machine must not lock its operator out (F-96).
 */
export class FailedAuthLimit {
  readonly #entries = new Map<string, FailedAuthEntry & { windowEndsMs: number }>();

  /** To be asked before the secret is compared. */
  isBlocked({ source, credential, isLocal }: AuthSource, nowMs: number): boolean {
    if (isLocal) return false;
    return [source, pairKey(source, credential)].some(
      (key) => (this.#entries.get(key)?.blockedUntilMs ?? 0) > nowMs,
    );
  }

  /** `many` once the source used up its budget. */
  recordFailure({ source, credential, isLocal }: AuthSource, nowMs: number): 'few' | 'many' {
    if (!isLocal)
      this.#count(
        pairKey(source, credential),
        { source, credential: fingerprint(credential), isLocal },
        nowMs,
      );
    const failures = this.#count(source, { source, credential: 'any', isLocal }, nowMs);
    return failures >= SOURCE_BUDGET ? 'many' : 'few';
  }

  /** A success clears what the same source did wrong with that credential; other guesses stay counted. */
  recordSuccess({ source, credential }: AuthSource): void {
    if (this.#entries.size > 0) this.#entries.delete(pairKey(source, credential));
  }

  list(nowMs: number): FailedAuthEntry[] {
    return [...this.#entries.values()]
      .filter((entry) => entry.windowEndsMs > nowMs)
      .map(({ source, credential, failures, blockedUntilMs }) => ({
        source,
        credential,
        failures,
        blockedUntilMs,
      }));
  }

  /** Forgets what was counted: of one source, or of all. Gives how many entries that were. */
  clear(source: string | undefined): number {
    const chosen = [...this.#entries].filter(([, entry]) => source === undefined || entry.source === source);
    for (const [key] of chosen) this.#entries.delete(key);
    return chosen.length;
  }

  #count(key: string, { source, credential, isLocal }: AuthSource, nowMs: number): number {
    const previous = this.#entries.get(key);
    const failures = previous === undefined || previous.windowEndsMs <= nowMs ? 1 : previous.failures + 1;
    const budget = credential === 'any' ? SOURCE_BUDGET : CREDENTIAL_BUDGET;
    this.#entries.delete(key);
    this.#entries.set(key, {
      source,
      credential,
      failures,
      windowEndsMs: nowMs + WINDOW_MS,
      blockedUntilMs: failures >= budget && !isLocal ? nowMs + WINDOW_MS : 0,
    });
    if (this.#entries.size > MAX_ENTRIES) {
      const oldest = this.#entries.keys().next();
      if (!oldest.done) this.#entries.delete(oldest.value);
    }
    return failures;
  }
}

function pairKey(source: string, credential: string): string {
  return `${source}|${fingerprint(credential)}`;
}

/** First 8 hex of the SHA-256: enough to see that it is the same wrong secret again, useless to recover it. */
function fingerprint(credential: string): string {
  return createHash('sha256').update(credential).digest('hex').slice(0, 8);
}
