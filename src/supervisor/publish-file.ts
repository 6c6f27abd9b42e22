import { randomUUID } from 'node:crypto';
import { chownSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { errorText, fileRemedies, OpsError } from '../state/index.ts';

/**
 * Replaces a file that is only of interest while the machine runs: written aside with mode 0600 and renamed, so readers
 * see the old or the new text in full. Unlike `writePrivateFile` nothing is synced: after a power cut the content would be
 * worthless anyway, and a sync of a busy disk can take longer than a whole take-over may.
 * Root writes for the account that owns the directory. @throws `state/write`
 */
export function publishFile(path: string, content: string): void {
  const directory = dirname(path);
  const aside = join(directory, `.${basename(path)}.${process.pid}.${randomUUID().slice(0, 8)}.tmp`);
  try {
    // A umask can only take bits away from 0600.
    writeFileSync(aside, content, { flag: 'wx', mode: 0o600 });
    if (process.getuid?.() === 0) {
      const { uid, gid } = statSync(directory);
      chownSync(aside, uid, gid);
    }
    renameSync(aside, path);
  } catch (cause) {
    rmSync(aside, { force: true });
    throw new OpsError('state/write', `cannot write ${path}: ${errorText(cause)}`, {
      cause,
      evidence: { path },
      remedies: fileRemedies(path, cause),
    });
  }
}
