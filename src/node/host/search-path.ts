import { delimiter, join } from 'node:path';

/** Directories of the account, before those of the system, as the reference puts them (cli-and-state §12). */
const OF_ACCOUNT = ['.local/bin', '.bun/bin'];
const OF_SYSTEM = ['/usr/local/bin', '/usr/bin', '/bin'];

/**
 * The search path this node reports and uses. A service manager often gives a bare one, so the usual directories that
 * exist are put in front, each once; the rest keeps its order. Relative entries are dropped: what they name depends on
 * the directory a command starts in (F-77). `CLAWDBOT_PATH_BOOTSTRAPPED=1` leaves the order alone.
 */
export function nodeSearchPath(
  env: Readonly<Record<string, string | undefined>>,
  home: string,
  exists: (directory: string) => boolean,
): string {
  const own = (env.PATH ?? '').split(delimiter).filter((directory) => directory.startsWith('/'));
  const usual = [...OF_ACCOUNT.map((directory) => join(home, directory)), ...OF_SYSTEM].filter(exists);
  const all = env.CLAWDBOT_PATH_BOOTSTRAPPED === '1' ? own : [...usual, ...own];
  return [...new Set(all)].join(delimiter);
}
