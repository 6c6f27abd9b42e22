/** A payload as an object; `{}` for anything else. Peers of other releases may leave every field out. */
export function recordOf(payload: unknown): Readonly<Record<string, unknown>> {
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) return {};
  return payload as Readonly<Record<string, unknown>>; // checked: an object, not null, no array
}

/** The list under a key; empty when it is absent or no list. */
export function listIn(payload: unknown, key: string): readonly unknown[] {
  const list = recordOf(payload)[key];
  return Array.isArray(list) ? list : [];
}

/** The text under a key; `''` when it is absent or no text. */
export function textIn(payload: unknown, key: string): string {
  const value = recordOf(payload)[key];
  return typeof value === 'string' ? value : '';
}

/** The number under a key, undefined when it is absent or no number. */
export function numberIn(payload: unknown, key: string): number | undefined {
  const value = recordOf(payload)[key];
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}
