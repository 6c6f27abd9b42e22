import type { Difference } from './compare.ts';
import { at, isObject } from './json.ts';

/** Form of a presence entry (protocol 3, section 14). Lists depend on who is connected, so only the form is checked. */
const ENTRY: Readonly<Record<string, (value: unknown) => boolean>> = {
  host: isText,
  ip: isText,
  version: isText,
  platform: isText,
  deviceFamily: isText,
  modelIdentifier: isText,
  mode: isText,
  lastInputSeconds: Number.isInteger,
  reason: isText,
  tags: isTextList,
  text: isText,
  ts: Number.isInteger,
  deviceId: isText,
  roles: isTextList,
  scopes: isTextList,
  instanceId: isText,
};

/** Differences in every presence list of a payload: unknown or ill-typed fields, and a list without the gateway itself. */
export function checkPresence(path: string, payload: unknown): Difference[] {
  const lists = [
    [`${path}.presence`, at(payload, 'presence')],
    [`${path}.snapshot.presence`, at(payload, 'snapshot', 'presence')],
    ...(path.startsWith('system-presence:') ? [[path, payload] as const] : []),
  ] as const;
  return lists.flatMap(([where, list]) => (Array.isArray(list) ? checkList(where, list) : []));
}

function checkList(path: string, list: readonly unknown[]): Difference[] {
  const found: Difference[] = [];
  for (const entry of list) {
    if (!isObject(entry) || entry.ts === undefined) {
      found.push({ path, kind: 'differs', sample: 'an entry with ts', live: entry });
      continue;
    }
    for (const [key, value] of Object.entries(entry)) {
      const fits = ENTRY[key];
      if (fits === undefined)
        found.push({ path: `${path}.${key}`, kind: 'extra', sample: undefined, live: value });
      else if (!fits(value))
        found.push({ path: `${path}.${key}`, kind: 'differs', sample: 'its type', live: value });
    }
  }
  if (!list.some((entry) => at(entry, 'reason') === 'self' || at(entry, 'mode') === 'gateway'))
    found.push({ path, kind: 'missing', sample: 'the entry of the gateway itself', live: list });
  return found;
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

function isTextList(value: unknown): boolean {
  return Array.isArray(value) && value.every(isText);
}
