import * as fs from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileRemedies } from '../file-remedies.ts';
import { errorText, OpsError } from '../ops-error.ts';
import type { StatePaths } from '../paths.ts';
import { ensurePrivateDirectory, openPrivateFile, refuseForeignDirectory } from '../private-file.ts';
import { type AuditStore, createAuditStore } from './audit-store.ts';
import { createConnection } from './connection.ts';
import { createDeviceStore, type DeviceStore } from './device-store.ts';
import { migrate } from './migrations.ts';
import { createNodeStore, type NodeStore } from './node-store.ts';
import { createRunStore, type RunStore } from './run-store.ts';
import { saysDamaged } from './says-damaged.ts';
import { type TakeOver, takeOverLegacyFiles } from './take-over.ts';

/** Everything the gateway remembers. All calls are synchronous; what returned is on disk. */
export type Store = {
  path: string;
  devices: DeviceStore;
  nodes: NodeStore;
  audit: AuditStore;
  runs: RunStore;
  /** Runs several calls as one: all of them are kept, or (when it throws) none. May be nested. */
  transaction<T>(work: () => T): T;
  /** Takes over the files of a real Clawdbot, once; call it at gateway start. See {@link takeOverLegacyFiles}. */
  takeOver(legacy: StatePaths['legacy']): TakeOver;
  close(): void;
};

/**
 * Opens (or creates) the database, mode 0600. A file that is damaged or from a newer release is refused and left as it is.
 * Several processes may have it open. `:memory:` gives a store that is forgotten.
 * @throws `state/damaged`, `state/newer`, `state/owner`, `state/write`, `state/unreadable`
 */
export function openDatabase(path: string): Store {
  if (path !== ':memory:') createPrivately(path);
  const database = openChecked(path);
  const connection = createConnection(database);
  const devices = createDeviceStore(connection);
  return {
    path,
    devices,
    nodes: createNodeStore(connection, devices),
    audit: createAuditStore(connection),
    runs: createRunStore(connection),
    transaction: connection.transaction,
    takeOver: (legacy) => takeOverLegacyFiles(connection, legacy),
    close: () => database.close(),
  };
}

/** SQLite gives -wal and -shm the mode (and, as root, the owner) of the database file, so only this one is set. */
function createPrivately(path: string): void {
  ensurePrivateDirectory(dirname(path));
  refuseForeignDirectory(dirname(path));
  try {
    fs.closeSync(openPrivateFile(path, fs.constants.O_RDWR));
  } catch (cause) {
    throw new OpsError('state/unreadable', `cannot open the database ${path}: ${errorText(cause)}`, {
      cause,
      evidence: { path },
      remedies: fileRemedies(path, cause),
    });
  }
}

function openChecked(path: string): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    // 5 s: longer than any transaction of ours, shorter than a client's patience (10 s)
    database = new DatabaseSync(path, { timeout: 5_000, enableForeignKeyConstraints: true });
    database.exec(
      'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 4194304',
    );
    refuseDamaged(database, path);
    migrate(database, path);
    return database;
  } catch (cause) {
    database?.close();
    throw cause instanceof OpsError ? cause : openError(path, cause);
  }
}

function refuseDamaged(database: DatabaseSync, path: string): void {
  const rows = database.prepare('PRAGMA quick_check(1)').all();
  const verdict = String(rows[0]?.['quick_check']);
  if (verdict !== 'ok') throw damaged(path, verdict);
}

function openError(path: string, cause: unknown): OpsError {
  if (saysDamaged(cause)) return damaged(path, errorText(cause), cause);
  return new OpsError('state/write', `cannot open the database ${path}: ${errorText(cause)}`, {
    cause,
    evidence: { path },
  });
}

function damaged(path: string, reason: string, cause?: unknown): OpsError {
  return new OpsError(
    'state/damaged',
    `cannot open the database ${path}: it is damaged (${reason}); it was left as it is`,
    {
      cause,
      evidence: { path },
      remedies: [
        { kind: 'read', text: 'Restore the file and its -wal from a backup.' },
        {
          kind: 'read',
          text: 'Or move it aside, with its -wal and -shm: a new one is made at the next start and every device pairs again.',
        },
        { kind: 'run', command: ['mv', path, `${path}.damaged`] },
      ],
    },
  );
}
