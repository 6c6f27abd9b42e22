import type { Bindings } from './bindings.ts';
import { isObject, parseJson } from './json.ts';

/** Ids, tokens and hashes at the same place stand for each other from now on; also inside texts of JSON. */
export function learn(bindings: Bindings, sample: unknown, live: unknown): void {
  if (typeof sample === 'string' && typeof live === 'string') {
    const [one, other] = [parseJson(sample), parseJson(live)];
    if (isObject(one) && isObject(other)) learn(bindings, one, other);
    else if (NAME.test(sample) && !bindings.has(sample)) bindings.bind(sample, live);
    return;
  }
  if (Array.isArray(sample) && Array.isArray(live))
    for (const [index, item] of sample.entries()) learn(bindings, item, live[index]);
  else if (isObject(sample) && isObject(live))
    for (const [key, item] of Object.entries(sample)) learn(bindings, item, live[key]);
}

const NAME = /^([0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{64}|[A-Z-]+-EXAMPLE-\d+)$/;

/** Paths of keys the recording has and the answer has not; of lists the first entries are looked at. */
export function missingKeys(sample: unknown, live: unknown, path = ''): string[] {
  if (Array.isArray(sample)) {
    if (!Array.isArray(live)) return [path];
    return sample.length > 0 && live.length > 0
      ? missingKeys(sample[0], live[0], `${path}[]`)
      : sample.length > 0
        ? [`${path}[]`]
        : [];
  }
  if (!isObject(sample)) return [];
  if (!isObject(live)) return [path];
  return Object.entries(sample).flatMap(([key, item]) =>
    key in live ? missingKeys(item, live[key], `${path}.${key}`) : item == null ? [] : [`${path}.${key}`],
  );
}

/** The beginning of a value as text, for a finding. */
export function shortOf(value: unknown): string {
  return (JSON.stringify(value) ?? '').slice(0, 200);
}
