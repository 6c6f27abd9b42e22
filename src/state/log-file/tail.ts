import * as fs from 'node:fs';
import { errorText, OpsError, systemErrorCode } from '../ops-error.ts';

/** What `logs.tail` answers (gateway-protocol section 15). */
export type LogTail = {
  file: string;
  /** Byte offset to pass next time: the end of the last complete line. */
  cursor: number;
  size: number;
  /** Raw lines, oldest first. */
  lines: string[];
  /** Lines were lost: to `maxBytes`, or to `limit` while following a cursor. Asking for the last few loses none. */
  truncated: boolean;
  /** The cursor was beyond the file (rotated) or too far behind: the lines do not continue the last answer. */
  reset: boolean;
};

export type TailOptions = {
  cursor?: number;
  /** 1 to 5000, default 500. */
  limit?: number;
  /** 1 to 1 000 000, default 250 000. */
  maxBytes?: number;
};

/**
 * The newest lines of a log, or what was appended since a cursor. A line still being written waits for its end.
 * A missing file is an empty one.
 * @throws `state/unreadable` with the text `log read failed: …`
 */
export function tailLog(
  file: string,
  { cursor, limit = 500, maxBytes = 250_000 }: TailOptions = {},
): LogTail {
  try {
    const fd = fs.openSync(file, fs.constants.O_RDONLY);
    try {
      return readTail(fd, { file, cursor, limit, maxBytes });
    } finally {
      fs.closeSync(fd);
    }
  } catch (cause) {
    if (systemErrorCode(cause) === 'ENOENT') {
      return { file, cursor: 0, size: 0, lines: [], truncated: false, reset: (cursor ?? 0) > 0 };
    }
    throw new OpsError('state/unreadable', `log read failed: ${errorText(cause)}`, {
      cause,
      evidence: { file },
    });
  }
}

function readTail(
  fd: number,
  {
    file,
    cursor,
    limit,
    maxBytes,
  }: { file: string; cursor: number | undefined; limit: number; maxBytes: number },
): LogTail {
  const { size } = fs.fstatSync(fd);
  const earliest = Math.max(0, size - maxBytes);
  const isReset = cursor !== undefined && (cursor > size || cursor < earliest);
  const start = cursor === undefined || isReset ? earliest : cursor;
  // one byte before, to see whether `start` is the beginning of a line
  const from = Math.max(0, start - 1);
  const bytes = readFully(fd, from, size - from);
  const first = start === 0 || bytes[0] === 0x0a ? start - from : nextLineStart(bytes);
  const end = bytes.lastIndexOf(0x0a) + 1;
  const complete =
    first < end
      ? bytes
          .subarray(first, end - 1)
          .toString('utf8')
          .split('\n')
      : [];
  const isCut = complete.length > limit;
  return {
    file,
    cursor: end === 0 ? start : from + Math.max(end, first),
    size,
    lines: isCut ? complete.slice(-limit) : complete,
    truncated:
      (isCut && cursor !== undefined) ||
      (start === earliest && earliest > 0 && (cursor === undefined || isReset)),
    reset: isReset,
  };
}

function nextLineStart(bytes: Buffer): number {
  const newline = bytes.indexOf(0x0a);
  return newline === -1 ? bytes.length : newline + 1;
}

function readFully(fd: number, position: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const count = fs.readSync(fd, bytes, filled, length - filled, position + filled);
    if (count === 0) break;
    filled += count;
  }
  return bytes.subarray(0, filled);
}
