import { realpathSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readTextIfPresent } from '../../state/index.ts';
import { call } from './manager.ts';
import type { Note } from './note.ts';
import { packageRoot } from './read-template.ts';

/** Node versions this product runs on start here. */
const OLDEST_MAJOR = 24;

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
export async function chooseInterpreter(running: string): Promise<{ path: string; notes: Note[] }> {
  for (const candidate of ['/usr/bin/node', '/usr/local/bin/node']) {
    if ((await majorVersion(candidate)) >= OLDEST_MAJOR) return { path: candidate, notes: [] };
  }
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

async function majorVersion(path: string): Promise<number> {
  try {
    statSync(path);
    const name = path.split('/').at(-1) ?? '';
    const { stdout } = await call(name, ['--version'], undefined, 3_000);
    return Number(/^v(\d+)\./.exec(stdout)?.[1] ?? 0);
  } catch {
    return 0; // absent, or not one that root put there: not system-wide
  }
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
