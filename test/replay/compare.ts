import type { Bindings } from './bindings.ts';
import { ruleFor } from './field-rules.ts';
import { isObject, type JsonObject, parseJson } from './json.ts';

/** One place where the live frame is not what the recording says. */
export type Difference = {
  /** See `FIELD_RULES` for the form. */
  path: string;
  kind: 'missing' | 'extra' | 'differs';
  sample: unknown;
  live: unknown;
};

/** Lists whose entries are found by one of these keys instead of their position. */
const KEYED_LISTS: Readonly<Record<string, readonly string[]>> = {
  nodes: ['nodeId'],
  paired: ['deviceId', 'nodeId'],
  pending: ['deviceId', 'nodeId'],
};

/**
 * Compares a live value with the recorded one and learns the names (ids, tokens) it meets on the way.
 * Entries of keyed lists that belong to a device the replay has not created (the recording's earlier history) are skipped.
 */
export function compare(path: string, sample: unknown, live: unknown, bindings: Bindings): Difference[] {
  const rule = ruleFor(path);
  if (rule === 'ignore') return [];
  if (rule === 'type') return compareType(path, sample, live);
  if (rule === 'shape') return compareShape(path, sample, live);
  if (rule === 'name' && typeof sample === 'string') return compareName(path, sample, live, bindings);
  if (Array.isArray(sample) && Array.isArray(live)) return compareLists(path, sample, live, bindings);
  if (isObject(sample) && isObject(live)) return compareObjects(path, sample, live, bindings);
  if (path.endsWith('JSON') && typeof sample === 'string' && typeof live === 'string') {
    const [inSample, inLive] = [parseJson(sample), parseJson(live)];
    if (inSample !== undefined && inLive !== undefined)
      return compare(`${path}()`, inSample, inLive, bindings);
  }
  return sameScalar(bindings.toLive(sample), live) ? [] : [differs(path, sample, live)];
}

/** Equal; a long text of which the recording kept only the ends (`…[cut]…`) must have these ends. */
function sameScalar(sample: unknown, live: unknown): boolean {
  if (typeof sample !== 'string' || typeof live !== 'string') return Object.is(sample, live);
  const [start, end, ...more] = sample.split('...[cut]...');
  if (start === undefined || end === undefined || more.length > 0) return sample === live;
  return live.length > sample.length && live.startsWith(start) && live.endsWith(end);
}

function compareObjects(
  path: string,
  sample: JsonObject,
  live: JsonObject,
  bindings: Bindings,
): Difference[] {
  const known = Object.keys(sample).flatMap((key) => {
    const here = join(path, key);
    if (key in live) return compare(here, sample[key], live[key], bindings);
    return ruleFor(here) === 'ignore' ? [] : [missing(here, sample[key])];
  });
  const extra = Object.keys(live).filter((key) => !(key in sample));
  return [...known, ...extra.map((key) => surplus(join(path, key), live[key]))];
}

function compareLists(
  path: string,
  sample: readonly unknown[],
  live: readonly unknown[],
  bindings: Bindings,
): Difference[] {
  const keys = KEYED_LISTS[path.slice(path.lastIndexOf('.') + 1)];
  if (keys !== undefined) return compareKeyed(path, keys, { sample, live }, bindings);
  if (sample.length !== live.length) return [differs(path, sample, live)];
  return sample.flatMap((item, index) => compare(path, item, live[index], bindings));
}

function compareKeyed(
  path: string,
  keys: readonly string[],
  lists: { sample: readonly unknown[]; live: readonly unknown[] },
  bindings: Bindings,
): Difference[] {
  const keyOf = (entry: unknown): string =>
    isObject(entry) ? String(keys.map((key) => entry[key]).find((value) => value !== undefined)) : '';
  const live = new Map(lists.live.map((entry) => [keyOf(entry), entry]));
  const found = lists.sample.flatMap((entry) => {
    const sampleKey = keyOf(entry);
    if (/^[0-9a-f]{64}$/.test(sampleKey) && !bindings.has(sampleKey)) return []; // history before this recording
    const liveKey = String(bindings.toLive(sampleKey));
    const counterpart = live.get(liveKey);
    live.delete(liveKey);
    return counterpart === undefined ? [missing(path, entry)] : compare(path, entry, counterpart, bindings);
  });
  return [...found, ...[...live.values()].map((entry) => surplus(path, entry))];
}

/** An id, token or hash: bound at the first meeting, the same for ever after. */
function compareName(path: string, sample: string, live: unknown, bindings: Bindings): Difference[] {
  if (typeof live !== 'string' || live === '') return [differs(path, sample, live)];
  if (bindings.has(sample)) return bindings.toLive(sample) === live ? [] : [differs(path, sample, live)];
  if (sample === live) return []; // the client chose it, or it is a well-known word
  const twoBecameOne = bindings.sampleOf(live) !== undefined && !isHash(sample);
  if (!looksMade(sample) || twoBecameOne) return [differs(path, sample, live)];
  bindings.bind(sample, live);
  return [];
}

/** Types all the way down; a list is judged by its first recorded entry. Extra keys of reports do no harm. */
function compareShape(path: string, sample: unknown, live: unknown): Difference[] {
  if (Array.isArray(sample) && Array.isArray(live)) {
    const first: unknown = sample[0];
    return first === undefined ? [] : live.flatMap((item) => compareShape(path, first, item));
  }
  if (!isObject(sample) || !isObject(live)) return compareType(path, sample, live);
  return Object.keys(sample).flatMap((key) =>
    key in live
      ? compareShape(join(path, key), sample[key], live[key])
      : [missing(join(path, key), sample[key])],
  );
}

function compareType(path: string, sample: unknown, live: unknown): Difference[] {
  const sameType = typeName(sample) === typeName(live);
  const wholeAsRecorded = !Number.isInteger(sample) || Number.isInteger(live);
  return sameType && wholeAsRecorded ? [] : [differs(path, sample, live)];
}

function typeName(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'list' : typeof value;
}

function join(path: string, key: string): string {
  return path.endsWith(':') ? `${path}${key}` : `${path}.${key}`;
}

/** Ids, tokens and hashes made by a program: a UUID, 32 or 64 hex digits, or a dummy the recording put in their place. */
function looksMade(text: string): boolean {
  return (
    /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text) ||
    /^([0-9a-f]{32}|[0-9a-f]{64})$/.test(text) ||
    /^[A-Z-]+-\d+$/.test(text)
  );
}

function isHash(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text);
}

function missing(path: string, sample: unknown): Difference {
  return { path, kind: 'missing', sample, live: undefined };
}

function surplus(path: string, live: unknown): Difference {
  return { path, kind: 'extra', sample: undefined, live };
}

function differs(path: string, sample: unknown, live: unknown): Difference {
  return { path, kind: 'differs', sample, live };
}
