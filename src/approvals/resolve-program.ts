import type { FileFacts } from './file-facts.ts';
import type { HostFacts } from './host-facts.ts';
import { type ResolvedPath, resolvePath } from './resolve-path.ts';

/** A program word with the file it means. */
export type ResolvedProgram = ResolvedPath & {
  /** The word as written; becomes `argv[0]`. */
  name: string;
  /** The absolute path the kernel would be given, before links are followed. */
  called: string;
};

export type ProgramLookup = { kind: 'found'; program: ResolvedProgram } | { kind: 'missing'; reason: string };

/**
 * Finds the file behind a program word as execvp(3) does, with the search path of the host: a word with a slash is
 * a path relative to `cwd`, another one is looked for in each directory. Tilde is an ordinary character here.
 */
export function resolveProgram(
  name: string,
  { cwd, files, host }: { cwd: string | undefined; files: FileFacts; host: HostFacts },
): ProgramLookup {
  if (name === '') return { kind: 'missing', reason: 'the program name is empty' };
  if (name.includes('/')) {
    if (!name.startsWith('/') && cwd === undefined) {
      return { kind: 'missing', reason: `${name} depends on a directory that is not known for certain` };
    }
    const called = name.startsWith('/') ? name : `${cwd}/${name}`;
    const program = executable(called, name, files, host);
    return program ?? { kind: 'missing', reason: `${name} is not an executable file` };
  }
  for (const directory of host.searchPath) {
    const found = executable(`${directory}/${name}`, name, files, host);
    if (found !== undefined) return found;
  }
  return { kind: 'missing', reason: `${name} is not in the search path of the host` };
}

function executable(
  called: string,
  name: string,
  files: FileFacts,
  host: HostFacts,
): (ProgramLookup & { kind: 'found' }) | undefined {
  const path = resolvePath(called, files, host);
  if (path === undefined || path.fact.kind !== 'file' || !mayExecute(path, host)) return undefined;
  return { kind: 'found', program: { ...path, name, called } };
}

/** Supplementary groups are left out: at worst a program is not found, never a wrong one taken. */
function mayExecute({ fact }: ResolvedPath, host: HostFacts): boolean {
  if (host.uid === 0) return (fact.mode & 0o111) !== 0;
  if (fact.uid === host.uid) return (fact.mode & 0o100) !== 0;
  if (fact.gid === host.gid) return (fact.mode & 0o010) !== 0;
  return (fact.mode & 0o001) !== 0;
}
