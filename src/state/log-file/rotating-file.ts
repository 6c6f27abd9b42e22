import * as fs from 'node:fs';
import { dirname } from 'node:path';
import { ensurePrivateDirectory, openPrivateFile, refuseForeignDirectory } from '../private-file.ts';

/** A log file that never grows beyond its budget and never throws. */
export type RotatingFile = {
  /** Appends one line (without its newline). What cannot be written is counted, not thrown. */
  write(line: string): void;
  /** Lines lost since the last one that could be written. */
  lost(): number;
  close(): void;
};

export type RotatingFileOptions = {
  path: string;
  /** Budget over the file and its older generations `PATH.1` … , bytes. */
  maxBytes: number;
  /** Generations, the live one included. Default 5. */
  files?: number;
  /** Called once when writing begins to fail (full disk, no rights) and once when it works again. */
  onTrouble: (trouble: { kind: 'failing'; error: unknown } | { kind: 'recovered'; lost: number }) => void;
};

/** How often the path is compared with the open file, so that a rename from outside (logrotate) is noticed. */
const LOOK_EVERY_MS = 1_000;

/**
 * Opens (0600, appending) and writes line by line. Rotation shifts `PATH` to `PATH.1` and so on; the oldest goes.
 * A line longer than a whole generation is cut. Not buffered: after a crash the last line is there.
 */
export function openRotatingFile({
  path,
  maxBytes,
  files = 5,
  onTrouble,
}: RotatingFileOptions): RotatingFile {
  const perFile = Math.max(1_024, Math.floor(maxBytes / files));
  let live: { fd: number; bytes: number; ino: number; dev: number; endsMidLine: boolean } | undefined;
  let lookedAt = Number.NEGATIVE_INFINITY;
  let lost = 0;
  let isFailing = false;

  const open = (): NonNullable<typeof live> => {
    ensurePrivateDirectory(dirname(path));
    refuseForeignDirectory(dirname(path));
    // no symlink: somebody else's file must not be written through a planted link (F-93, F-100)
    const fd = openPrivateFile(path, fs.constants.O_WRONLY | fs.constants.O_APPEND);
    const { size, ino, dev } = fs.fstatSync(fd);
    return { fd, bytes: size, ino, dev, endsMidLine: size > 0 && !endsWithNewline(path, size) };
  };

  const closeLive = (): void => {
    if (live !== undefined) fs.closeSync(live.fd);
    live = undefined;
  };

  const reopenIfMoved = (): void => {
    const now = performance.now();
    if (live === undefined || now - lookedAt < LOOK_EVERY_MS) return;
    lookedAt = now;
    const present = fs.statSync(path, { throwIfNoEntry: false });
    if (present?.ino !== live.ino || present.dev !== live.dev) closeLive();
  };

  const rotate = (): void => {
    closeLive();
    removeSurplus(path, files);
    for (let age = files - 1; age > 0; age -= 1) {
      const younger = age === 1 ? path : `${path}.${age - 1}`;
      if (fs.existsSync(younger)) fs.renameSync(younger, `${path}.${age}`);
    }
    if (files === 1) fs.truncateSync(path);
  };

  const append = (line: string): void => {
    reopenIfMoved();
    live ??= open();
    const data = Buffer.from(`${live.endsMidLine ? '\n' : ''}${cutLine(line, perFile - 2)}\n`);
    if (live.bytes > 0 && live.bytes + data.length > perFile) {
      rotate();
      live = open();
    }
    const written = fs.writeSync(live.fd, data);
    live.bytes += written;
    // a short write happens on a disk that fills up; the rest of the line is given up, the next one starts fresh
    live.endsMidLine = written < data.length;
    if (written < data.length)
      throw Object.assign(new Error('the disk took only a part of the line'), { code: 'ENOSPC' });
  };

  return {
    write: (line) => {
      try {
        append(line);
        if (!isFailing) return;
        const missed = lost;
        isFailing = false;
        lost = 0;
        onTrouble({ kind: 'recovered', lost: missed });
      } catch (error) {
        lost += 1;
        if (isFailing) return;
        isFailing = true;
        onTrouble({ kind: 'failing', error });
      }
    },
    lost: () => lost,
    close: closeLive,
  };
}

/** Older generations beyond the wanted number: left by a larger setting before. */
function removeSurplus(path: string, files: number): void {
  for (let age = files - 1; age < files + 50; age += 1) {
    if (age > 0) fs.rmSync(`${path}.${age}`, { force: true });
  }
}

function endsWithNewline(path: string, size: number): boolean {
  const fd = fs.openSync(path, fs.constants.O_RDONLY);
  try {
    const last = Buffer.alloc(1);
    fs.readSync(fd, last, 0, 1, size - 1);
    return last[0] === 0x0a;
  } finally {
    fs.closeSync(fd);
  }
}

/** Cuts by bytes; the JSON of a cut line is broken, which the reader shows as raw text. */
function cutLine(line: string, maxBytes: number): string {
  if (line.length * 3 <= maxBytes || Buffer.byteLength(line) <= maxBytes) return line;
  const mark = ' …[cut]';
  return (
    Buffer.from(line)
      .subarray(0, maxBytes - Buffer.byteLength(mark))
      .toString('utf8')
      .replace(/\uFFFD$/, '') + mark
  );
}
