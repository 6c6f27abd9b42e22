import { closeSync, openSync } from 'node:fs';

/**
 * Calls `use` with a path to an entry of a directory that stays below the 108 bytes of a socket's name (unix(7)) however
 * deep the directory lies. The path is good until the promise settles. Gives undefined when there is no such directory.
 */
export async function reachInDirectory<T>(
  directory: string,
  entry: string,
  use: (path: string) => Promise<T>,
): Promise<T | undefined> {
  const fd = openIfPresent(directory);
  if (fd === undefined) return undefined;
  try {
    return await use(`/proc/self/fd/${fd}/${entry}`);
  } finally {
    closeSync(fd);
  }
}

function openIfPresent(path: string): number | undefined {
  try {
    return openSync(path, 'r');
  } catch {
    return undefined;
  }
}
