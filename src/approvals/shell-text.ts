const SHELL =
  /^(?<directory>\/(usr\/(local\/)?|opt\/homebrew\/|nix\/store\/[^/]+\/)?bin\/)?(sh|bash|dash|ash|zsh|ksh|mksh|fish)$/;

/**
 * The text of `SHELL -c TEXT` or `-lc TEXT`, undefined for everything else: `wc -c FILE` and `/tmp/sh -c TEXT` look the
 * same and are not that. `isNamed` says that the shell is given by a system path, so that no search path decides which
 * program reads the text.
 */
export function shellText(command: readonly string[]): { text: string; isNamed: boolean } | undefined {
  const [program = '', option, text, ...more] = command;
  if ((option !== '-c' && option !== '-lc') || text === undefined || more.length > 0) return undefined;
  const shell = SHELL.exec(program);
  return shell === null ? undefined : { text, isNamed: shell.groups?.['directory'] !== undefined };
}
