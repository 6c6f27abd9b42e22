import { randomUUID } from 'node:crypto';
import * as fs from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileRemedies } from './file-remedies.ts';
import { errorText, OpsError, systemErrorCode } from './ops-error.ts';

/**
 * Creates a directory (and its parents) readable by its owner only, whatever the umask.
 * What root creates in the tree of another account belongs to that account, else its own programs could not go on there.
 * @throws `state/write`
 */
export function ensurePrivateDirectory(path: string): void {
  try {
    const first = fs.mkdirSync(path, { recursive: true, mode: 0o700 });
    if (first === undefined) return;
    for (let made = path; made.length >= first.length; made = dirname(made)) {
      fs.chmodSync(made, 0o700);
      const owner = ownerToKeep(dirname(first));
      if (owner !== undefined) fs.chownSync(made, owner.uid, owner.gid);
    }
  } catch (cause) {
    throw new OpsError('state/write', `cannot create the directory ${path}: ${errorText(cause)}`, {
      cause,
      remedies: fileRemedies(path, cause),
    });
  }
}

/**
 * Refuses a directory of another account: whoever owns it can put anything in the place of our files.
 * Ours and root's are fine; root itself works in everybody's (and gives the files to the owner).
 * @throws `state/owner`
 */
export function refuseForeignDirectory(path: string): void {
  const self = process.getuid?.();
  const { uid } = fs.statSync(path);
  if (self === undefined || self === 0 || uid === self || uid === 0) return;
  throw new OpsError(
    'state/owner',
    `cannot use the directory ${path}: it belongs to uid ${uid}, this is uid ${self}`,
    {
      evidence: { path, uid, self },
      remedies: [
        { kind: 'read', text: `Run the command as uid ${uid}, or give the directory to uid ${self}.` },
      ],
    },
  );
}

/**
 * Opens a file for appending or for another program to fill, created 0600 if it is not there; an existing one that others
 * could read is made private. Never through a symbolic link. The caller closes it.
 * @throws system errors as they are
 */
export function openPrivateFile(path: string, flags: number): number {
  const fd = fs.openSync(path, flags | fs.constants.O_CREAT | fs.constants.O_NOFOLLOW, 0o600);
  try {
    const { mode, uid, size } = fs.fstatSync(fd);
    if ((mode & 0o077) !== 0 && uid === process.getuid?.()) fs.fchmodSync(fd, 0o600);
    const owner = size === 0 ? ownerToKeep(dirname(path)) : undefined;
    if (owner !== undefined) fs.fchownSync(fd, owner.uid, owner.gid);
    return fd;
  } catch (thrown) {
    fs.closeSync(fd);
    throw thrown;
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
  writeAside(path, content, (aside) => {
    lastCheck?.();
    fs.renameSync(aside, path);
  });
}

/**
 * Creates a file unless there is one, in full or not at all as {@link writePrivateFile}: of several programs that do so
 * at once the first wins (link(2) replaces nothing). False when there was one.
 * @throws `state/write`
 */
export function createPrivateFile(path: string, content: string): boolean {
  let isCreated = true;
  writeAside(path, content, (aside) => {
    try {
      fs.linkSync(aside, path);
    } catch {
      isCreated = !fs.existsSync(path);
      // A file system without hard links.
      if (isCreated) return fs.renameSync(aside, path);
    }
    fs.rmSync(aside);
  });
  return isCreated;
}

/** Writes beside a path, synced, and lets `place` put it there; what is left aside after a failure is removed. */
function writeAside(path: string, content: string, place: (aside: string) => void): void {
  const directory = dirname(path);
  ensurePrivateDirectory(directory);
  const aside = join(directory, `.${basename(path)}.${process.pid}.${randomUUID().slice(0, 8)}.tmp`);
  try {
    removeLeftovers(path);
    const fd = fs.openSync(aside, fs.constants.O_WRONLY | fs.constants.O_CREAT | fs.constants.O_EXCL, 0o600);
    try {
      fs.fchmodSync(fd, 0o600);
      keepOwner(path, fd);
      fs.writeFileSync(fd, content);
      fs.fsyncSync(fd);
    } finally {
      fs.closeSync(fd);
    }
    place(aside);
    syncDirectory(directory);
  } catch (cause) {
    fs.rmSync(aside, { force: true });
    if (cause instanceof OpsError) throw cause;
    throw new OpsError('state/write', `cannot write ${path}: ${errorText(cause)}`, {
      cause,
      evidence: { path },
      remedies: fileRemedies(path, cause),
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
      remedies: fileRemedies(path, cause),
    });
  }
}

function keepOwner(path: string, fd: number): void {
  const owner = ownerToKeep(fs.existsSync(path) ? path : dirname(path));
  if (owner !== undefined) fs.fchownSync(fd, owner.uid, owner.gid);
}

/** Whom a new file must belong to when it is not simply us: only root can and needs to give files away. */
function ownerToKeep(path: string): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const { uid, gid } = fs.statSync(path);
  return uid === 0 ? undefined : { uid, gid };
}

/** 10 min: no write takes that long, so what is older was left by a writer that was killed. */
const LEFTOVER_MS = 600_000;

function removeLeftovers(path: string): void {
  const directory = dirname(path);
  const pattern = /^\.\d+\.[0-9a-f]{8}\.tmp$/;
  const prefix = `.${basename(path)}`;
  for (const name of fs.readdirSync(directory)) {
    if (!name.startsWith(prefix) || !pattern.test(name.slice(prefix.length))) continue;
    const leftover = join(directory, name);
    const { mtimeMs } = fs.statSync(leftover, { throwIfNoEntry: false }) ?? { mtimeMs: Date.now() };
    if (Date.now() - mtimeMs > LEFTOVER_MS) fs.rmSync(leftover, { force: true });
  }
}

function syncDirectory(path: string): void {
  const fd = fs.openSync(path, fs.constants.O_RDONLY);
  try {
    fs.fsyncSync(fd);
  } finally {
    fs.closeSync(fd);
  }
}
