import { setTimeout as sleep } from 'node:timers/promises';
import { parseLogLine, withWhy } from '../../state/index.ts';
import { escapeText } from '../output/escape-text.ts';
import type { Output, Style } from '../output/output.ts';
import type { LogPiece, LogSource } from './log-source.ts';

export type ShowLogOptions = {
  isFollowing: boolean;
  /** With `isFollowing`: how often to look. Default 1000. */
  intervalMs?: number | undefined;
  /** What is said when there was more than the bytes that are read at once. */
  onTruncated?: string;
  /** Without colours. */
  isPlain?: boolean;
  /** Leaves out lines of before; a line that has no time is shown. */
  sinceMs?: number | undefined;
};

const INTERVAL_MS = 1000;

/** Prints a log, as text or as one JSON object a line, and what is added to it when following. */
export async function showLog(out: Output, source: LogSource, options: ShowLogOptions): Promise<void> {
  try {
    let piece = await source.read(undefined);
    if (out.json) out.jsonLine({ type: 'meta', file: piece.file, cursor: piece.cursor });
    out.line(`Log file: ${escapeText(piece.file)}`);
    print(out, options, piece);
    if (piece.truncated && options.onTruncated !== undefined) logNotice(out, options.onTruncated);
    while (options.isFollowing) {
      await sleep(options.intervalMs ?? INTERVAL_MS);
      piece = await source.read(piece.cursor);
      if (piece.reset) logNotice(out, 'Log cursor reset (file rotated).');
      print(out, options, piece);
    }
  } finally {
    source.close();
  }
}

/** A remark about the log that is not a line of it. */
export function logNotice(out: Output, text: string): void {
  if (out.json) out.jsonLine({ type: 'notice', message: text });
  else out.note(escapeText(text));
}

function print(out: Output, { isPlain, sinceMs }: ShowLogOptions, { lines }: LogPiece): void {
  for (const line of lines) {
    const parsed = parseLogLine(line);
    if (sinceMs !== undefined && Date.parse(parsed?.time ?? '') < sinceMs) continue;
    if (out.json) {
      out.jsonLine(parsed === undefined ? { type: 'raw', raw: line } : { type: 'log', ...parsed, raw: line });
      continue;
    }
    if (parsed === undefined) {
      out.line(escapeText(line));
      continue;
    }
    const { time = '', level = '', subsystem = '', message, why } = parsed;
    const colour = isPlain === true ? undefined : LEVEL_STYLES.get(level);
    const shownLevel = colour === undefined ? escapeText(level) : out.paint(colour, escapeText(level));
    out.line(
      [escapeText(time), shownLevel, escapeText(subsystem), escapeText(withWhy(message, why))]
        .filter((part) => part !== '')
        .join(' '),
    );
  }
}

const LEVEL_STYLES: ReadonlyMap<string, Style> = new Map([
  ['warn', 'yellow'],
  ['error', 'red'],
  ['fatal', 'red'],
  ['debug', 'dim'],
  ['trace', 'dim'],
]);
