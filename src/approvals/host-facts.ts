import { homedir } from 'node:os';
import { ownAccountName } from '../state/index.ts';

/** What the decision may know about the machine and account that would run the command. */
export type HostFacts = {
  platform: string;
  uid: number;
  gid: number;
  home: string;
  /** Absolute directories of the host's own PATH, in order; relative and empty ones are left out. */
  searchPath: readonly string[];
  /** Used when a request names no directory. */
  cwd: string;
  /** The shell of a bare `rawCommand`. */
  shell: string;
  /** The clean environment every command starts from. */
  environment: Readonly<Record<string, string>>;
};

/**
 * Facts of this process. The environment kept for commands is short on purpose: search path, account, locale,
 * time zone, terminal. A token in the host's own environment never reaches a command.
 */
export function readHostFacts(env: Readonly<Record<string, string | undefined>> = process.env): HostFacts {
  const home = env.HOME?.startsWith('/') ? env.HOME : homedir();
  const searchPath = absoluteDirectories(env.PATH ?? '/usr/local/bin:/usr/bin:/bin');
  return {
    platform: process.platform,
    uid: process.getuid?.() ?? -1,
    gid: process.getgid?.() ?? -1,
    home,
    searchPath,
    cwd: process.cwd(),
    shell: '/bin/sh',
    environment: cleanEnvironment(env, { home, searchPath }),
  };
}

/** The directories of a PATH value that do not depend on where the command starts. */
export function absoluteDirectories(path: string): string[] {
  return path.split(':').filter((directory) => directory.startsWith('/'));
}

const KEPT = /^(LANG|LC_[A-Z]+|TZ|TERM|COLORTERM|USER|LOGNAME)$/;

function cleanEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  { home, searchPath }: { home: string; searchPath: readonly string[] },
): Record<string, string> {
  // Without an entry for the account (containers) both are left out.
  const account = ownAccountName();
  const kept: Record<string, string> = { HOME: home, PATH: searchPath.join(':') };
  if (account !== undefined) Object.assign(kept, { USER: account, LOGNAME: account });
  for (const [name, value] of Object.entries(env)) {
    if (value !== undefined && KEPT.test(name)) kept[name] = value;
  }
  return kept;
}
