import { accessSync, constants, statSync } from 'node:fs';
import { join } from 'node:path';

/** Where system programs live. PATH, the working directory and project files are never asked (field failure F-100). */
const TRUSTED_DIRECTORIES = ['/usr/bin', '/bin', '/usr/local/bin', '/run/current-system/sw/bin'];

/** Absolute path of a system program that only root could have put there, or undefined. */
export function findTrustedHelper(
  name: string,
  directories: readonly string[] = TRUSTED_DIRECTORIES,
): string | undefined {
  return directories.map((directory) => join(directory, name)).find(isTrusted);
}

function isTrusted(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return [path, join(path, '..')].every((part) => {
      const facts = statSync(part);
      return facts.uid === 0 && (facts.mode & 0o022) === 0;
    });
  } catch {
    return false;
  }
}
