import { assertNever, type OpsError } from '../../state/index.ts';

/** How the gateway can be reached from the tailnet. Never a reason not to serve locally (F-61). */
export type Exposure =
  /** The config does not ask for it. */
  | { state: 'off' }
  /** Asked for, not looked at yet. */
  | { state: 'checking' }
  | { state: 'published'; url: string; isFunnel: boolean; sinceMs: number }
  | {
      state: 'degraded';
      /** One sentence. */
      reason: string;
      /** Commands and sentences that end it. */
      remedies: readonly string[];
      sinceMs: number;
      nextAttemptAtMs: number;
    };

/** What an attempt found. */
export type Attempt =
  | { kind: 'published'; url: string; isFunnel: boolean; isNew: boolean }
  | { kind: 'failed'; trouble: OpsError };

/** A look costs three questions to a daemon on this machine, 2 ms. */
const LOOK_EVERY_MS = 10_000;
/** While something is wrong: soon after the first failure, later every 10 s. Nobody waits long after putting it right. */
const FIRST_RETRY_MS = 1_000;
const SLOWEST_RETRY_MS = 10_000;

/** What to say, once per change; undefined when nothing changed. */
type News = { level: 'info' | 'warn'; text: string } | undefined;

/** Decides state, pause and words after an attempt; `failures`: how many failed in a row, this one included. */
export function onAttempt(
  before: Exposure,
  attempt: Attempt,
  { failures, nowMs }: { failures: number; nowMs: number },
): { next: Exposure; waitMs: number; news: News } {
  switch (attempt.kind) {
    case 'published': {
      const { url, isFunnel, isNew } = attempt;
      const isSame = before.state === 'published' && before.url === url && before.isFunnel === isFunnel;
      const sinceMs = isSame ? before.sinceMs : nowMs;
      const verb = isNew ? 'published as' : 'reachable as';
      return {
        next: { state: 'published', url, isFunnel, sinceMs },
        waitMs: LOOK_EVERY_MS,
        news:
          isSame && !isNew
            ? undefined
            : {
                level: isFunnel ? 'warn' : 'info',
                text: `${verb} ${url}${isFunnel ? ', open to everybody (Funnel)' : ''}`,
              },
      };
    }
    case 'failed': {
      const { message } = attempt.trouble;
      const remedies = attempt.trouble.remedies.map((remedy) =>
        remedy.kind === 'run' ? remedy.command.join(' ') : remedy.text,
      );
      const waitMs = Math.min(SLOWEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(failures - 1, 10));
      const isSame = before.state === 'degraded' && before.reason === message;
      return {
        next: {
          state: 'degraded',
          reason: message,
          remedies,
          sinceMs: before.state === 'degraded' ? before.sinceMs : nowMs,
          nextAttemptAtMs: nowMs + waitMs,
        },
        waitMs,
        news: isSame
          ? undefined
          : {
              level: 'warn',
              text: `${message}; serving locally meanwhile${remedies.map((each) => `; ${each}`).join('')}`,
            },
      };
    }
    default:
      return assertNever(attempt);
  }
}
