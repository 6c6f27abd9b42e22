import { lstatSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { resolveLogPath } from '../../state/index.ts';
import type { ConfigFact } from './config.ts';
import type { Context } from './context.ts';

export type LogsFact = {
  directory: string;
  bytes: number;
  /** Bytes that the programs together may use. */
  budgetBytes: number;
  /** Log files that others may read. */
  readable: readonly { path: string; mode: number }[];
  /** Directories of the real program below the shared temporary directory that somebody else owns or may read. */
  shared: readonly { path: string; uid: number; mode: number }[];
};

/** Gateway, node and supervisor. */
const PROGRAMS = 3;

/** Sizes and modes of the log files; reads none of them. */
export function collectLogs({ paths, uid }: Context, { config }: ConfigFact): LogsFact {
  const directory = dirname(resolveLogPath(paths, config, 'gateway'));
  const files = namesIn(directory)
    .filter((name) => /\.log(\.\d+)?$/.test(name))
    .flatMap((name) => statOf(join(directory, name)));
  return {
    directory,
    bytes: files.reduce((sum, { size }) => sum + size, 0),
    budgetBytes: PROGRAMS * config.logging.maxBytes,
    readable: files.filter(({ mode }) => (mode & 0o077) !== 0).map(({ path, mode }) => ({ path, mode })),
    // Clawdbot 2026.1.24 writes /tmp/clawdbot/clawdbot-DATE.log, whoever runs it (cli-and-state §10).
    shared: ['/tmp/clawdbot', '/tmp/moltbot', '/tmp/openclaw']
      .flatMap(statOf)
      .filter((found) => found.uid !== uid || (found.mode & 0o077) !== 0)
      .map(({ path, uid: owner, mode }) => ({ path, uid: owner, mode })),
  };
}

function statOf(path: string): { path: string; size: number; mode: number; uid: number }[] {
  const facts = lstatSync(path, { throwIfNoEntry: false });
  return facts === undefined ? [] : [{ path, size: facts.size, mode: facts.mode & 0o7777, uid: facts.uid }];
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
