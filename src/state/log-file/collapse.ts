/** Lets through what is new and counts what repeats. */
export type Collapser<T> = {
  /** `key` is what makes two entries the same. */
  push(key: string, entry: T): void;
  /** Tells about the repetitions counted so far. */
  flush(): void;
};

/**
 * Entries whose key was seen among the last few are held back and told as one `repeated` call, at the latest after
 * `windowMs`. A few instead of one: a failing loop usually logs two or three lines in turn.
 */
export function createCollapser<T>(options: {
  emit: (entry: T) => void;
  /** `times` entries equal to `last` were held back. */
  repeated: (last: T, times: number) => void;
  now: () => number;
  windowMs: number;
  /** How many different recent entries are watched; default 4. */
  memory?: number;
}): Collapser<T> {
  const { emit, repeated, now, windowMs, memory = 4 } = options;
  const recent = new Map<string, { last: T; held: number; since: number }>();

  const tell = (key: string): void => {
    const seen = recent.get(key);
    recent.delete(key);
    if (seen !== undefined && seen.held > 0) repeated(seen.last, seen.held);
  };

  const tellOld = (): void => {
    const limit = now() - windowMs;
    for (const [key, { since }] of recent) if (since <= limit) tell(key);
  };

  return {
    push: (key, entry) => {
      tellOld();
      const seen = recent.get(key);
      if (seen !== undefined) {
        seen.held += 1;
        seen.last = entry;
        return;
      }
      const oldest = recent.size < memory ? undefined : recent.keys().next().value;
      if (oldest !== undefined) tell(oldest);
      recent.set(key, { last: entry, held: 0, since: now() });
      emit(entry);
    },
    flush: () => {
      for (const key of [...recent.keys()]) tell(key);
    },
  };
}
