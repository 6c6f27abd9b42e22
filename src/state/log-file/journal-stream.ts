import { fstatSync } from 'node:fs';
import type { Writable } from 'node:stream';

/**
 * Whether a stream leads straight to the journal, which knows the time and takes a level in front of a line. The
 * variable alone proves nothing, children inherit it; device and inode have to fit (systemd.exec(5) `$JOURNAL_STREAM`).
 */
export function isJournalStream(
  stream: Writable,
  env: Readonly<Record<string, string | undefined>> = process.env,
): boolean {
  const named = env['JOURNAL_STREAM'];
  if (named === undefined || !('fd' in stream) || typeof stream.fd !== 'number') return false;
  try {
    const { dev, ino } = fstatSync(stream.fd);
    return named === `${dev}:${ino}`;
  } catch {
    return false; // closed
  }
}

/** A level as sd-daemon(3) has it at the start of a line, `<4>` for a warning: `journalctl -p warning` finds it. */
export function journalPrefix(level: keyof typeof PRIORITIES): string {
  return `<${PRIORITIES[level]}>`;
}

const PRIORITIES = {
  trace: 7,
  debug: 7,
  info: 6,
  warn: 4,
  error: 3,
  fatal: 2,
} as const;
