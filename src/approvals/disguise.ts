import type { FileFacts } from './file-facts.ts';
import type { HostFacts } from './host-facts.ts';
import { programKind } from './programs/program-kinds.ts';
import { isSystemPath, type ResolvedPath, resolvePath } from './resolve-path.ts';

const WELL_KNOWN =
  'bash dash sh busybox zsh env xargs find python3 perl ruby node awk gawk mawk sed tar git vim ssh nice timeout nohup setsid stdbuf make sudo'.split(
    ' ',
  );
const PLACES = ['/usr/bin', '/bin', '/usr/local/bin'];
const MAX_BYTES = 16 * 1024 * 1024;

/**
 * The well-known program a file outside the system directories is a hard link or a copy of, by its own name.
 * An entry for `~/bin/*` is not meant to cover a shell that was put there under a harmless name.
 */
export function disguisedAs(program: ResolvedPath, files: FileFacts, host: HostFacts): string | undefined {
  if (isSystemPath(program.real)) return undefined;
  let digest: string | undefined;
  for (const name of WELL_KNOWN) {
    for (const place of PLACES) {
      const known = resolvePath(`${place}/${name}`, files, host);
      if (known === undefined || known.real === program.real || known.fact.size !== program.fact.size)
        continue;
      const linked = known.fact.dev === program.fact.dev && known.fact.ino === program.fact.ino;
      if (linked) return programKind(known.real).name;
      digest ??= files.digest(program.real, MAX_BYTES);
      if (digest !== undefined && files.digest(known.real, MAX_BYTES) === digest)
        return programKind(known.real).name;
    }
  }
  return undefined;
}
