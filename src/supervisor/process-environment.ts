import { readFileSync } from 'node:fs';

/** The environment a process was started with (proc_pid_environ(5)); empty when it may not be read. */
export function environmentOf(pid: number): ReadonlyMap<string, string> {
  const pairs = readOrEmpty(`/proc/${pid}/environ`)
    .split('\0')
    .map((entry): [string, string] => {
      const cut = entry.indexOf('=');
      return [entry.slice(0, cut), entry.slice(cut + 1)];
    });
  return new Map(pairs);
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // another account's, or ended
  }
}
