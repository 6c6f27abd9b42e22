import * as fs from 'node:fs';
import { writePrivateFile } from '../private-file.ts';

/** `.bak` and `.bak.1` to `.bak.4`, as in the real program. */
const BACKUPS = 5;

/**
 * Keeps the present content of a file as `FILE.bak` (0600), older ones move on to `.bak.1` … `.bak.4`.
 * Killed in the middle, at most one of the older backups is missing; the file itself is never touched.
 */
export function keepBackup(path: string, content: string): void {
  for (let age = BACKUPS - 1; age > 0; age -= 1) {
    const younger = backupName(path, age - 1);
    if (fs.existsSync(younger)) fs.renameSync(younger, backupName(path, age));
  }
  writePrivateFile(backupName(path, 0), content);
}

function backupName(path: string, age: number): string {
  return age === 0 ? `${path}.bak` : `${path}.bak.${age}`;
}
