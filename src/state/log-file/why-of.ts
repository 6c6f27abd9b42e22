/** Fields of a log line that say why, in the order they are shown. */
const WHY = ['reason', 'why', 'error', 'err', 'problems'] as const;

/** The reason a log line carries beside its message, undefined without one: a failure without its cause is no news. */
export function whyOf(fields: Readonly<Record<string, unknown>>): string | undefined {
  return WHY.flatMap((key) => textOf(fields[key])).join('; ') || undefined;
}

/** A message as people read it: with its reason, unless it says that already. */
export function withWhy(message: string, why: string | undefined): string {
  return why === undefined || message.includes(why) ? message : `${message}: ${why}`;
}

function textOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(textOf);
  if (typeof value === 'string') return value === '' ? [] : [value];
  return typeof value === 'object' && value !== null && 'message' in value ? textOf(value.message) : [];
}
