import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, realpathSync, statSync } from 'node:fs';
import {
  ensurePrivateDirectory,
  errorText,
  fileRemedies,
  OpsError,
  systemErrorCode,
} from '../state/index.ts';

/** A state directory, opened: the path is canonical, the descriptor pins the inode even if the path is renamed. */
export type OpenDirectory = { path: string; fd: number; device: number; inode: number };

/**
 * Creates (when missing), canonicalises and opens a state directory.
 * Node opens with O_CLOEXEC, so no child gets the descriptor unless it is handed over on purpose.
 * @throws `state/write` when it cannot be created, `state/unreadable` when it cannot be opened
 */
export function openStateDirectory(stateDir: string): OpenDirectory {
  ensurePrivateDirectory(stateDir);
  try {
    const path = realpathSync(stateDir);
    const fd = openSync(path, 'r');
    const facts = fstatSync(fd);
    if (!facts.isDirectory()) {
      closeSync(fd);
      throw new OpsError('state/unreadable', `cannot use the state directory ${path}: it is not a directory`);
    }
    return { path, fd, device: facts.dev, inode: facts.ino };
  } catch (cause) {
    if (cause instanceof OpsError) throw cause;
    throw new OpsError(
      'state/unreadable',
      `cannot open the state directory ${stateDir}: ${errorText(cause)}${ownerNote(stateDir, cause)}`,
      { cause, evidence: { stateDir }, remedies: fileRemedies(stateDir, cause) },
    );
  }
}

/**
 * What `/healthz` says about the state directory: 32 hex digits, equal for every alias, bind mount and container of one
 * directory, whatever each of them sees as its boot id. It is drawn from the inode and the nanosecond in which that was
 * made (statx(2), stx_btime; 0 where the file system keeps none), so two machines differ and a stranger learns nothing.
 * @throws when the directory does not exist
 */
export function identityHash(stateDir: string): string {
  const facts = statSync(stateDir, { bigint: true });
  return createHash('sha256')
    .update(`clawdbot-state-dir ${facts.dev} ${facts.ino} ${facts.birthtimeNs}`)
    .digest('hex')
    .slice(0, 32);
}

function ownerNote(path: string, cause: unknown): string {
  if (systemErrorCode(cause) !== 'EACCES') return '';
  const facts = statSync(path, { throwIfNoEntry: false });
  return facts === undefined
    ? ''
    : ` (owned by uid ${facts.uid}, mode ${(facts.mode & 0o7777).toString(8).padStart(4, '0')})`;
}
