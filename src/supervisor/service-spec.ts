import type { OnConflict } from './decide-start.ts';
import type { Readiness } from './probe-service.ts';
import type { RestartPolicy } from './restart-policy.ts';
import type { Patience } from './service-machine.ts';

/** Everything the supervisor needs to know about one service. */
export type ServiceSpec = {
  /** Letters, digits, `_` and `-`. */
  name: string;
  command: readonly [string, ...string[]];
  /** Started instead once it has been ready under this supervisor: it may wait then where a first start is refused. */
  commandOnceReady?: readonly [string, ...string[]];
  cwd: string;
  env: Readonly<Record<string, string | undefined>>;
  readiness: Readiness;
  /** Set for a program that knows nothing of our lock: the supervisor owns the state directory on its behalf. */
  claim: { stateDir: string; addresses: readonly string[]; port: number; onConflict: OnConflict } | undefined;
  patience: Patience;
  policy: RestartPolicy;
  probe: Pace;
};

/** How often a service is asked, and how long an answer may take. */
export type Pace = { everyMs: number; timeoutMs: number };

/**
 * Drain 30 s as the gateway's own limit; TERM 10 s; after SIGKILL a process that is not in uninterruptible sleep is gone
 * within milliseconds.
 */
export const DEFAULT_PATIENCE: Patience = {
  startMs: 60_000,
  drainMs: 30_000,
  termMs: 10_000,
  killMs: 5000,
  maxMisses: 3,
};

/** Asked every 2 s with 1 s to answer, three misses: a stuck service is found within 3 × (2 + 1) = 9 s. */
export const DEFAULT_PACE: Pace = { everyMs: 2000, timeoutMs: 1000 };
