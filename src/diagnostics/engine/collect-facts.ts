import { errorText } from '../../state/index.ts';

/** What became of collecting one fact. */
export type Collected<T> = { durationMs: number } & (
  | { kind: 'known'; value: T }
  /** It cannot be known here, which is nobody's fault: no permission, no such thing. */
  | { kind: 'unavailable'; why: string }
  /** It did not come in time. */
  | { kind: 'late'; why: string }
  /** Our own code failed. */
  | { kind: 'crashed'; why: string }
);

/** Throw it in a collector when the fact cannot be known here. */
export class Unavailable extends Error {}

/** How one fact is gathered. */
export type Collector<F extends object, K extends keyof F, C> = {
  /** What it waits for, for the finding when it is late: `systemctl show`. */
  waitsFor: string;
  /** Milliseconds from the start of the run. */
  deadlineMs: number;
  collect: (
    context: C,
    io: {
      /** Another fact of the same run. */
      fact: <N extends keyof F>(name: N) => Promise<F[N]>;
      /** Aborted at the deadline: end what you started. */
      signal: AbortSignal;
    },
  ) => Promise<F[K]> | F[K];
};

export type Collectors<F extends object, C> = { readonly [K in keyof F]: Collector<F, K, C> };

export type CollectedFacts<F extends object> = { [K in keyof F]?: Collected<F[K]> };

/**
 * Gathers the named facts, and those they ask for, all at the same time, each once. Never throws; ends at the latest
 * when the last deadline has passed.
 */
export async function collectFacts<F extends object, C>(options: {
  collectors: Collectors<F, C>;
  names: readonly (keyof F)[];
  context: C;
  /** Milliseconds that no fact may exceed, whatever its own deadline. */
  totalMs: number;
}): Promise<CollectedFacts<F>> {
  const { collectors, context, totalMs } = options;
  const running: { [K in keyof F]?: Promise<Collected<F[K]>> } = {};
  const results: CollectedFacts<F> = {};

  function start<K extends keyof F>(name: K): Promise<Collected<F[K]>> {
    const present = running[name];
    if (present !== undefined) return present;
    const started = collectOne(collectors[name], context, totalMs, async (other) =>
      knownValue(await start(other)),
    );
    running[name] = started;
    return started;
  }

  await Promise.all(
    options.names.map(async (name) => {
      await start(name);
    }),
  );
  for (const name of Object.keys(running) as (keyof F)[]) {
    // keys of an object that only `start` fills
    const result = await running[name];
    if (result !== undefined) results[name] = result;
  }
  return results;
}

/** @throws Unavailable when it is not known: whoever asked cannot know either */
function knownValue<T>(result: Collected<T>): T {
  if (result.kind === 'known') return result.value;
  throw new Unavailable(result.why);
}

async function collectOne<F extends object, K extends keyof F, C>(
  collector: Collector<F, K, C>,
  context: C,
  totalMs: number,
  fact: <N extends keyof F>(name: N) => Promise<F[N]>,
): Promise<Collected<F[K]>> {
  const startedAt = performance.now();
  const deadlineMs = Math.min(collector.deadlineMs, totalMs);
  const abort = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), deadlineMs);
  });
  // One turn later, so that a collector that only computes does not hold up the start of those that wait.
  const work = new Promise<void>((resolve) => setImmediate(resolve)).then(() =>
    collector.collect(context, { fact, signal: abort.signal }),
  );
  try {
    const outcome = await Promise.race([work.then((value) => ({ value })), late]);
    const durationMs = performance.now() - startedAt;
    if (outcome === 'late') {
      // Its failure after the deadline is of no interest any more.
      work.catch(() => undefined);
      return {
        kind: 'late',
        why: `no answer from ${collector.waitsFor} within ${deadlineMs} ms`,
        durationMs,
      };
    }
    return { kind: 'known', value: outcome.value, durationMs };
  } catch (thrown) {
    const durationMs = performance.now() - startedAt;
    return thrown instanceof Unavailable
      ? { kind: 'unavailable', why: thrown.message, durationMs }
      : { kind: 'crashed', why: errorText(thrown), durationMs };
  } finally {
    clearTimeout(timer);
    abort.abort();
  }
}
