/** A log line taken apart; what is not JSON is shown as it is. */
export type LogLine = {
  id: number;
  time: string | undefined;
  level: string;
  subsystem: string;
  message: string;
};

export const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;
export type Level = (typeof LEVELS)[number];

const ORDER: readonly string[] = LEVELS;

/** A level the page knows; a line can say anything. */
export function isLevel(level: string): level is Level {
  return ORDER.includes(level);
}

/** As many as stay on the page; older ones leave at the top. */
export const MAX_LINES = 10_000;

/** Reads a line of our log or of the published program: numbered keys hold the parts, `_meta` level and date. */
export function parseLogLine(line: string, id: number): LogLine {
  const record = objectOf(line);
  if (record === undefined) return { id, time: undefined, level: 'info', subsystem: '', message: line };
  const meta = isObject(record['_meta']) ? record['_meta'] : {};
  const parts = Object.keys(record)
    .filter((key) => /^\d+$/.test(key))
    .sort((a, b) => Number(a) - Number(b))
    .map((key) => record[key]);
  const head = typeof parts[0] === 'string' ? objectOf(parts[0]) : undefined;
  const subsystem = head?.['subsystem'] ?? head?.['module'];
  const hasName = typeof subsystem === 'string';
  const time = record['time'] ?? meta['date'];
  return {
    id,
    time: typeof time === 'string' ? time : undefined,
    level: String(meta['logLevelName'] ?? record['level'] ?? 'info').toLowerCase(),
    subsystem: hasName ? subsystem : '',
    message: (hasName ? parts.slice(1) : parts).map(textOf).join(' ') || textOf(record['msg'] ?? record),
  };
}

/** Lines at least as severe as the level that contain the text, case ignored. */
export function filterLines(lines: readonly LogLine[], level: Level, text: string): LogLine[] {
  const wanted = text.toLowerCase();
  const least = LEVELS.indexOf(level);
  return lines.filter(
    (line) =>
      // A level the page does not know is never hidden.
      (rankOf(line.level) ?? LEVELS.length) >= least &&
      (wanted === '' ||
        line.message.toLowerCase().includes(wanted) ||
        line.subsystem.toLowerCase().includes(wanted)),
  );
}

function rankOf(level: string): number | undefined {
  const rank = ORDER.indexOf(level);
  return rank === -1 ? undefined : rank;
}

function objectOf(text: string): Record<string, unknown> | undefined {
  if (!text.startsWith('{')) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    // cut off, or a line of another program
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOf(part: unknown): string {
  return typeof part === 'string' ? part : (JSON.stringify(part) ?? '');
}
