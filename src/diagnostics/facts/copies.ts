import { readFileSync, realpathSync, statSync } from 'node:fs';
import { delimiter, dirname, isAbsolute, join } from 'node:path';
import { packageRoot } from '../../supervisor/systemd/index.ts';
import type { Context } from './context.ts';

/** A `clawdbot` command on the search path. */
export type InstalledCopy = {
  /** As found on PATH. */
  path: string;
  /** Where it leads. */
  target: string;
  version: string | undefined;
  product: string | undefined;
  /** It is this program. */
  isThis: boolean;
  uid: number;
};

export type CopiesFact = {
  copies: readonly InstalledCopy[];
  /** Entries of PATH that are relative, or that others may write to. */
  unsafe: readonly { directory: string; why: 'relative' | 'writable by others' }[];
  packageRoot: string;
  /** Of this program. */
  version: string;
};

/** Every `clawdbot` of PATH in order, with the package it belongs to. */
export function collectCopies({ env, version }: Context): CopiesFact {
  const own = packageRoot();
  const directories = [...new Set((env['PATH'] ?? '').split(delimiter).filter(Boolean))];
  const copies = directories
    .filter(isAbsolute)
    .flatMap((directory) => inspect(join(directory, 'clawdbot'), own));
  const unsafe = directories.flatMap((directory): CopiesFact['unsafe'][number][] => {
    if (!isAbsolute(directory)) return [{ directory, why: 'relative' }];
    return isOpen(directory) ? [{ directory, why: 'writable by others' }] : [];
  });
  return { copies, unsafe, packageRoot: own, version };
}

function isOpen(directory: string): boolean {
  try {
    return (statSync(directory).mode & 0o002) !== 0;
  } catch {
    return false; // not there, or behind a directory that this account may not enter: no program comes from it
  }
}

function inspect(path: string, own: string): InstalledCopy[] {
  try {
    const target = realpathSync(path);
    const { name, version } = packageOf(target);
    const isThis = target.startsWith(`${realpathSync(own)}/`);
    return [{ path, target, version, product: name, isThis, uid: statSync(target).uid }];
  } catch {
    return []; // none in this directory
  }
}

function packageOf(file: string): { name: string | undefined; version: string | undefined } {
  for (let directory = dirname(file); directory !== dirname(directory); directory = dirname(directory)) {
    try {
      const value: unknown = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
      if (typeof value !== 'object' || value === null) break;
      const { name, version } = value as Record<string, unknown>; // object: checked above
      return {
        name: typeof name === 'string' ? name : undefined,
        version: typeof version === 'string' ? version : undefined,
      };
    } catch {
      // not here; a directory above may have it
    }
  }
  return { name: undefined, version: undefined };
}
