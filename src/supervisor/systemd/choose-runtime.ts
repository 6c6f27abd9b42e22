import { realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { readTextIfPresent } from '../../state/index.ts';
import { runHelper } from '../run-helper.ts';
import { findTrustedHelper } from '../trusted-helper.ts';
import type { Note } from './note.ts';
import { packageRoot } from './read-template.ts';

/** Node versions this product runs on start here. */
const OLDEST_MAJOR = 24;

/** Paths that survive an update of Node, the better one first. */
const SYSTEM_WIDE = ['/usr/bin/node', '/usr/local/bin/node'];

/** Directories that version managers remove or replace when Node is updated (field failure F-34). */
const VERSIONED =
  /\/(\.nvm|\.fnm|fnm_multishells|\.volta|\.asdf|mise|\.nodenv|n\/versions|Cellar|nix\/store)\//;

/** Whether an interpreter at this path disappears with its version. Pure. */
export function isVersioned(path: string): boolean {
  return VERSIONED.test(path);
}

/**
 * The interpreter for a unit: a system-wide one of a fitting version, because that path survives updates; else the one
 * that runs now, with a note when its path will not last.
 */
export async function chooseInterpreter(
  running: string,
  candidates: readonly string[] = SYSTEM_WIDE,
): Promise<{ path: string; notes: Note[] }> {
  const majors = await Promise.all(candidates.map((candidate) => majorVersion(candidate, running)));
  const fitting = candidates.find((_, at) => (majors[at] ?? 0) >= OLDEST_MAJOR);
  if (fitting !== undefined) return { path: fitting, notes: [] };
  const notes: Note[] = isVersioned(running)
    ? [
        {
          id: 'unit/runtime-gone',
          text: `the service will use ${running}, which disappears when that Node version is removed; a system-wide Node ${OLDEST_MAJOR} would last`,
          commands: [['clawdbot', 'gateway', 'install']],
        },
      ]
    : [];
  return { path: running, notes };
}

/** 3 s: Node starts in 20 ms; on a machine that swaps it may take a second. */
const VERSION_MS = 3_000;

/** 0 for one that is absent, or that somebody else than root could have put there: that is not system-wide. */
async function majorVersion(path: string, running: string): Promise<number> {
  const directories = [dirname(path)];
  if (findTrustedHelper(basename(path), directories) === undefined) return 0;
  // The one that runs now need not be started to be known.
  if (realpathSync(path) === running) return Number.parseInt(process.versions.node, 10);
  const end = await runHelper({
    program: basename(path),
    args: ['--version'],
    deadlineMs: VERSION_MS,
    directories,
  });
  return end.kind === 'ended' ? Number(/^v(\d+)\./.exec(end.stdout)?.[1] ?? 0) : 0;
}

/** The script of this package that units start. */
export function entryScript(): string {
  return join(packageRoot(), 'bin', 'clawdbot.js');
}

/** The version of the package that a script belongs to, from the nearest package.json above it. */
export function versionOfCopy(script: string): string {
  for (let directory = dirname(script); directory !== '/'; directory = dirname(directory)) {
    const version = /"version"\s*:\s*"([^"]+)"/.exec(
      readTextIfPresent(join(directory, 'package.json')) ?? '',
    )?.[1];
    if (version !== undefined) return version;
  }
  return 'of unknown version';
}

/** Every `clawdbot` on PATH that is not this package (field failure F-36). */
export function otherCopies(path: string | undefined): string[] {
  const own = realpathSync(entryScript());
  const found = (path ?? '').split(':').flatMap((directory) => {
    try {
      return directory.startsWith('/') ? [realpathSync(join(directory, 'clawdbot'))] : [];
    } catch {
      return []; // none in this directory
    }
  });
  return [...new Set(found)].filter((copy) => copy !== own);
}
