import { randomUUID } from 'node:crypto';
import * as fs from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { errorText, OpsError, systemErrorCode } from './ops-error.ts';

/** Creates a directory (and its parents) readable by its owner only, whatever the umask. @throws `state/write` */
export function ensurePrivateDirectory(path: string): void {
  try {
    if (fs.mkdirSync(path, { recursive: true, mode: 0o700 }) !== undefined) fs.chmodSync(path, 0o700);
  } catch (cause) {
    throw new OpsError('state/write', `cannot create the directory ${path}: ${errorText(cause)}`, { cause });
  }
}

/**
 * Replaces a file so that a reader, or a power cut, sees either the old or the new content in full:
 * written beside it with mode 0600, synced, renamed, then the directory is synced (rename(2), fsync(2)).
 * An existing owner and group are kept when root writes for another account.
 * `lastCheck` runs right before the rename; when it throws, nothing has happened.
 * @throws `state/write` (the old file is untouched), and whatever `OpsError` `lastCheck` throws
 */
export function writePrivateFile(path: string, content: string, lastCheck?: () => void): void {
  const directory = dirname(path);
  ensurePrivateDirectory(directory);
  const aside = join(directory, `.${basename(path)}.${process.pid}.${randomUUID().slice(0, 8)}.tmp`);
  try {
    const fd = fs.openSync(aside, fs.constants.O_WRONLY | fs.constants.O_CREAT | fs.constants.O_EXCL, 0o600);
    try {
      fs.fchmodSync(fd, 0o600);
      keepOwner(path, fd);
      fs.writeFileSync(fd, content);
      fs.fsyncSync(fd);
    } finally {
      fs.closeSync(fd);
    }
    lastCheck?.();
    fs.renameSync(aside, path);
    syncDirectory(directory);
  } catch (cause) {
    fs.rmSync(aside, { force: true });
    if (cause instanceof OpsError) throw cause;
    throw new OpsError('state/write', `cannot write ${path}: ${errorText(cause)}`, {
      cause,
      evidence: { path },
    });
  }
}

/**
 * The text of a file, or undefined when there is none.
 * @throws `state/unreadable` for every reason but absence (no permission, a directory in its place, …)
 */
export function readTextIfPresent(path: string): string | undefined {
  try {
    return fs.readFileSync(path, 'utf8');
  } catch (cause) {
    if (systemErrorCode(cause) === 'ENOENT') return undefined;
    throw new OpsError('state/unreadable', `cannot read ${path}: ${errorText(cause)}`, {
      cause,
      evidence: { path },
    });
  }
}

function keepOwner(path: string, fd: number): void {
  if (process.getuid?.() !== 0) return;
  const present = fs.statSync(path, { throwIfNoEntry: false }) ?? fs.statSync(dirname(path));
  fs.fchownSync(fd, present.uid, present.gid);
}

function syncDirectory(path: string): void {
  const fd = fs.openSync(path, fs.constants.O_RDONLY);
  try {
    fs.fsyncSync(fd);
  } finally {
    fs.closeSync(fd);
  }
}
