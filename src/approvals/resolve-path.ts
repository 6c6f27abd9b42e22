import type { FileFact, FileFacts } from './file-facts.ts';
import type { HostFacts } from './host-facts.ts';

/** A path followed to its end, as the kernel does it: links first, then dot-dot. */
export type ResolvedPath = {
  /** Without links, dots and doubled slashes. */
  real: string;
  fact: FileFact;
  /**
   * Who besides the account itself and root could put something else there: undefined for nobody,
   * else a sentence naming the component.
   */
  looseness: string | undefined;
  /**
   * True when every component belongs to root and nobody else may write to it, and the account is not root
   * (or the file is part of the installed system): then no process of this account can swap it.
   */
  fixed: boolean;
};

// Linux gives up after 40 links (path_resolution(7)).
const MAX_LINKS = 40;

/** Follows an absolute path; undefined when something on the way is missing, no directory, or a loop of links. */
export function resolvePath(path: string, files: FileFacts, host: HostFacts): ResolvedPath | undefined {
  if (!path.startsWith('/') || path.includes('\0')) return undefined;
  const walk: Walk = { looseness: undefined, rootOnly: true };
  let pending = path.split('/').reverse();
  let links = 0;
  let real = '';
  let fact = inspect('/', files, host, walk);
  while (pending.length > 0 && fact !== undefined) {
    const name = pending.pop();
    if (name === undefined) break;
    if (fact.kind !== 'directory') return undefined;
    if (name === '' || name === '.') continue;
    if (name === '..') {
      real = real.slice(0, real.lastIndexOf('/') + 1).replace(/\/$/, '');
      fact = files.look(real === '' ? '/' : real);
      continue;
    }
    const next = `${real}/${name}`;
    const found = inspect(next, files, host, walk);
    if (found?.kind === 'link') {
      const target = files.linkTarget(next);
      if (target === undefined || target === '' || ++links > MAX_LINKS) return undefined;
      if (target.startsWith('/')) {
        real = '';
        fact = files.look('/');
      }
      pending = [...pending, ...target.split('/').reverse()];
      continue;
    }
    real = next;
    fact = found;
  }
  if (fact === undefined) return undefined;
  // A trailing slash asks for a directory (path_resolution(7)).
  if (path.endsWith('/') && fact.kind !== 'directory') return undefined;
  return {
    real: real === '' ? '/' : real,
    fact,
    looseness: walk.looseness,
    fixed:
      walk.rootOnly &&
      walk.looseness === undefined &&
      (host.uid !== 0 || (isSystemPath(real) && isSystemPath(path))),
  };
}

/** Whether a path belongs to the installed system. Root could change it, but so it could change this program. */
export function isSystemPath(path: string): boolean {
  return SYSTEM.test(path);
}

const SYSTEM = /^\/(usr|bin|sbin|lib|lib64|nix\/store|gnu\/store)(\/|$)/;

type Walk = { looseness: string | undefined; rootOnly: boolean };

function inspect(path: string, files: FileFacts, host: HostFacts, walk: Walk): FileFact | undefined {
  const fact = files.look(path);
  if (fact === undefined) return undefined;
  walk.looseness ??= looseness(path, fact, host);
  if (fact.uid !== 0) walk.rootOnly = false;
  return fact;
}

/** Sticky directories count as closed: in them only the owner may replace an entry (chmod(1), restricted deletion). */
function looseness(path: string, fact: FileFact, host: HostFacts): string | undefined {
  if (fact.uid !== 0 && fact.uid !== host.uid) return `${path} belongs to another account (uid ${fact.uid})`;
  if (fact.kind === 'link') return undefined; // permission bits of a link mean nothing on Linux
  const sticky = fact.kind === 'directory' && (fact.mode & 0o1000) !== 0;
  if (sticky) return undefined;
  if ((fact.mode & 0o002) !== 0) return `${path} is writable by everybody`;
  if ((fact.mode & 0o020) !== 0 && fact.gid !== 0 && fact.gid !== host.gid) {
    return `${path} is writable by group ${fact.gid}`;
  }
  return undefined;
}
