/** `45s`, `12m`, `3h`, `9d`: the largest whole unit of a duration. Negative durations (a clock ahead) count as 0. */
export function durationText(durationMs: number): string {
  const seconds = Math.max(0, Math.floor(durationMs / 1000));
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m`;
  if (seconds < 48 * 3600) return `${Math.floor(seconds / 3600)}h`;
  return `${Math.floor(seconds / 86_400)}d`;
}

/** `just now` or `12m ago`. */
export function ageText(sinceMs: number, nowMs: number): string {
  return nowMs - sinceMs < 1000 ? 'just now' : `${durationText(nowMs - sinceMs)} ago`;
}

/** Milliseconds of `30`, `30s`, `5m`, `2h`, `1d` (bare numbers are seconds); undefined for anything else. */
export function parseDurationMs(text: string): number | undefined {
  const match = /^(\d+)\s*(ms|s|m|h|d)?$/.exec(text.trim());
  if (match === null) return undefined;
  const unitMs = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }[match[2] ?? 's'];
  return unitMs === undefined ? undefined : Number(match[1]) * unitMs;
}
