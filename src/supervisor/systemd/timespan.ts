const UNITS: Readonly<Record<string, number>> = {
  us: 0.001,
  ms: 1,
  s: 1_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** Milliseconds of a time span as `systemctl show` prints it (`1min 30s`, `500ms`); `infinity` is Infinity. Pure. */
export function parseTimespanMs(text: string): number {
  if (text === 'infinity') return Number.POSITIVE_INFINITY;
  return [...text.matchAll(/([\d.]+)\s*([a-z]+)/g)].reduce(
    (sum, [, amount, unit]) => sum + Number(amount) * (UNITS[unit ?? ''] ?? 0),
    0,
  );
}
