import * as fs from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileRemedies } from '../file-remedies.ts';
import { errorText, OpsError } from '../ops-error.ts';
import { ensurePrivateDirectory, openPrivateFile } from '../private-file.ts';

/**
 * Runs `work` while no other writer of ours is between reading and renaming the same file.
 * The lock is a kernel lock on `.NAME.lock` (Node has no call for one, SQLite takes it with BEGIN EXCLUSIVE), so it goes
 * with the process however that ends, and the empty file left behind means nothing.
 * @throws `config/changed` when another writer holds it for more than 3 s; `state/write` when it cannot be created
 */
export function withWriteLock<T>(path: string, work: () => T): T {
  const lockPath = join(dirname(path), `.${basename(path)}.lock`);
  ensurePrivateDirectory(dirname(path));
  let lock: DatabaseSync;
  try {
    fs.closeSync(openPrivateFile(lockPath, fs.constants.O_RDWR));
    lock = new DatabaseSync(lockPath, { timeout: 3_000 });
  } catch (cause) {
    throw new OpsError('state/write', `cannot lock ${path} for writing: ${errorText(cause)}`, {
      cause,
      remedies: fileRemedies(path, cause),
    });
  }
  try {
    acquire(lock, path);
    return work();
  } finally {
    lock.close();
  }
}

function acquire(lock: DatabaseSync, path: string): void {
  try {
    // no journal file: nothing is ever written to the lock, and a full disk must not look like another writer
    lock.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
  } catch (cause) {
    // 5 SQLITE_BUSY (sqlite.org/rescode.html)
    const isBusy = cause instanceof Error && 'errcode' in cause && cause.errcode === 5;
    if (isBusy) {
      throw new OpsError('config/changed', `cannot write ${path}: another program is writing it`, { cause });
    }
    throw new OpsError('state/write', `cannot lock ${path} for writing: ${errorText(cause)}`, { cause });
  }
}
