/** How one run of a service ended, in full. Plain data: it is stored, shown and counted. */
export type Death = {
  /** Groups deaths for counting: `exit 1`, `signal SIGSEGV`, `spawn ENOENT`, `stuck`, `not ready`. */
  cause: string;
  exitCode: number | null;
  signal: string | null;
  /** System error code when the program could not be started. */
  spawnError: string | null;
  /** Which step of the stop ladder ended it, null when nobody stopped it. */
  endedBy: 'drain' | 'term' | 'kill' | null;
  durationMs: number;
  /** How long it had been ready; 0 when it never was. */
  readyMs: number;
  at: { wallMs: number; monotonicMs: number };
  /** Last lines of standard output and error, oldest first. */
  lastLines: readonly string[];
};

/** What the kernel and the supervisor saw, before it has a cause. */
export type Ending = Omit<Death, 'cause'> & {
  /** Why the supervisor itself stopped the run, if it did. */
  stoppedFor: 'stuck' | 'not ready' | null;
};

/** Gives an ending its cause. The supervisor's own reason comes first: a stuck program that is killed died of being stuck. */
export function toDeath(ending: Ending): Death {
  const { stoppedFor, ...facts } = ending;
  return { ...facts, cause: stoppedFor ?? causeOf(facts) };
}

function causeOf({ spawnError, signal, exitCode }: Omit<Death, 'cause'>): string {
  if (spawnError !== null) return `spawn ${spawnError}`;
  return signal === null ? `exit ${exitCode}` : `signal ${signal}`;
}

/** Causes that no retry heals: the exit classes 78 and 69, and a program that is missing or may not be run. */
const PERMANENT: ReadonlyMap<string, string> = new Map([
  ['exit 78', 'exit 78: its configuration or the port owner must change first'],
  ['exit 69', 'exit 69: something it depends on refuses for good'],
  ['spawn ENOENT', 'the program does not exist'],
  ['spawn EACCES', 'the program may not be executed'],
]);

/** Why a cause can never be healed by a retry; undefined when a retry may help. */
export function permanentReason(cause: string): string | undefined {
  return PERMANENT.get(cause);
}
