import { isObject } from './json.ts';

/**
 * Which live value stands for which recorded one. Ids, tokens and hashes differ between the recording and the replay,
 * but they must differ consistently: the request id that is approved must be the one that was announced.
 */
export type Bindings = {
  /** Remembers a pair. */
  bind(sample: string, live: string): void;
  has(sample: string): boolean;
  /** The recorded value a live one stands for, if any. */
  sampleOf(live: string): string | undefined;
  /** The recorded value with everything known replaced by its live counterpart, at any depth and inside longer texts. */
  toLive(sample: unknown): unknown;
};

/** The host name `gw-host` is the shortest name of the recordings; shorter keys would replace parts of ordinary words. */
const shortestInsideText = 7;

export function makeBindings(): Bindings {
  const lives = new Map<string, string>();
  const samples = new Map<string, string>();
  const text = (sample: string): string => {
    const exact = lives.get(sample);
    if (exact !== undefined) return exact;
    let result = sample;
    if (sample.length >= shortestInsideText)
      for (const [from, to] of lives)
        if (from.length >= shortestInsideText && result.includes(from)) result = result.replaceAll(from, to);
    return result;
  };
  const deep = (sample: unknown): unknown => {
    if (typeof sample === 'string') return text(sample);
    if (Array.isArray(sample)) return sample.map(deep);
    if (isObject(sample))
      return Object.fromEntries(Object.entries(sample).map(([key, item]) => [key, deep(item)]));
    return sample;
  };
  return {
    bind(sample, live) {
      lives.set(sample, live);
      samples.set(live, sample);
    },
    has: (sample) => lives.has(sample),
    sampleOf: (live) => samples.get(live),
    toLive: deep,
  };
}
