import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join, resolve } from 'node:path';

export type ProgramSearch =
  | { kind: 'found'; path: string }
  | { kind: 'missing' }
  /** There is a file of that name, but it may not be executed. */
  | { kind: 'forbidden'; path: string };

/** Finds a program the way execvp(3) does: a name with a slash is a path, every other name is searched in PATH. */
export function findProgram(name: string, options: { cwd: string; searchPath: string }): ProgramSearch {
  const candidates = name.includes('/')
    ? [resolve(options.cwd, name)]
    : options.searchPath
        .split(delimiter)
        .filter(isAbsolute)
        .map((directory) => join(directory, name));
  const files = candidates.filter(isFile);
  const found = files.find(isExecutable);
  if (found !== undefined) return { kind: 'found', path: found };
  return files[0] === undefined ? { kind: 'missing' } : { kind: 'forbidden', path: files[0] };
}

/** A directory that this account may not enter, as root's own after `su` without `-`, is passed over like execvp does. */
function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
