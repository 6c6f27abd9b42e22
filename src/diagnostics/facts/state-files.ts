import { lstatSync, readdirSync, realpathSync, type Stats, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { ownerOfPath, systemErrorCode } from '../../state/index.ts';
import type { Context } from './context.ts';

/** One file or directory of ours. */
export type StateFile = {
  path: string;
  kind: 'file' | 'directory' | 'symlink' | 'other';
  uid: number;
  /** Permission bits. */
  mode: number;
  /** Bytes. */
  size: number;
  modifiedMs: number;
};

export type StateFilesFact = {
  /** Undefined: nothing there yet. */
  stateDir: StateFile | undefined;
  /** To whom the state directory belongs, as far as can be seen. */
  ownerUid: number | undefined;
  /** Where the state directory really is, links followed. */
  realStateDir: string | undefined;
  /** What exists of the files that hold secrets or decide about rights. */
  files: readonly StateFile[];
  /** Left behind by writers that were killed. */
  leftovers: readonly StateFile[];
  /** Paths that could not be looked at, with the reason. */
  unseen: readonly { path: string; code: string }[];
};

/** Looks at modes and owners; opens nothing. */
export function collectStateFiles({ paths }: Context): StateFilesFact {
  const unseen: { path: string; code: string }[] = [];
  const look = (path: string, stat: (path: string) => Stats = lstatSync): StateFile | undefined => {
    try {
      return describe(path, stat(path));
    } catch (thrown) {
      const code = systemErrorCode(thrown) ?? 'unknown';
      if (code !== 'ENOENT' && code !== 'ENOTDIR') unseen.push({ path, code });
      return undefined;
    }
  };
  const { stateDir, config, deviceIdentity, deviceAuth, nodeConfig, execApprovals, database } = paths;
  const secret = [
    config,
    deviceIdentity,
    deviceAuth,
    nodeConfig,
    execApprovals,
    database,
    `${database}-wal`,
    paths.legacy.pairedDevices,
    paths.legacy.pairedNodes,
    join(paths.tlsDir, 'gateway-key.pem'),
    ...backups(config),
  ];
  return {
    // A link to the directory is as good as the directory, and has no mode of its own.
    stateDir: look(stateDir, statSync),
    ownerUid: ownerOfPath(stateDir),
    realStateDir: realOf(stateDir),
    files: [...new Set(secret)].map((path) => look(path)).filter((file) => file !== undefined),
    leftovers: namesIn(dirname(config))
      .filter((name) => /^\..+\.\d+\.[0-9a-f]{8}\.tmp$/.test(name))
      .map((name) => look(join(dirname(config), name)))
      .filter((file) => file !== undefined),
    unseen,
  };
}

function backups(config: string): string[] {
  const pattern = /\.bak(\.\d+)?$/;
  return namesIn(dirname(config))
    .filter((name) => name.startsWith(`${basename(config)}.`) && pattern.test(name))
    .map((name) => join(dirname(config), name));
}

function realOf(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined; // not there, or not for this account
  }
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

function describe(path: string, facts: Stats): StateFile {
  const kind = facts.isFile()
    ? 'file'
    : facts.isDirectory()
      ? 'directory'
      : facts.isSymbolicLink()
        ? 'symlink'
        : 'other';
  return {
    path,
    kind,
    uid: facts.uid,
    mode: facts.mode & 0o7777,
    size: facts.size,
    modifiedMs: facts.mtimeMs,
  };
}
