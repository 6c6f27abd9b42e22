import type { DatabaseSync } from 'node:sqlite';
import { OpsError } from '../ops-error.ts';

/** Step N brings a file of version N to N + 1. Steps are never edited once released; new ones are added at the end. */
const STEPS: readonly string[] = [
  `
  CREATE TABLE device (
    device_id TEXT PRIMARY KEY,
    public_key TEXT NOT NULL,
    facts TEXT NOT NULL,
    approved_via TEXT NOT NULL,
    created_at_ms INTEGER NOT NULL,
    approved_at_ms INTEGER NOT NULL,
    last_seen_at_ms INTEGER,
    last_seen_reason TEXT,
    surface TEXT
  ) STRICT;
  CREATE TABLE device_token (
    device_id TEXT NOT NULL REFERENCES device (device_id) ON DELETE CASCADE,
    role TEXT NOT NULL,
    token TEXT NOT NULL,
    scopes TEXT NOT NULL,
    created_at_ms INTEGER NOT NULL,
    rotated_at_ms INTEGER,
    revoked_at_ms INTEGER,
    last_used_at_ms INTEGER,
    PRIMARY KEY (device_id, role)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE pairing_request (
    request_id TEXT PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('device', 'surface', 'legacy')),
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    ts INTEGER NOT NULL,
    UNIQUE (kind, subject)
  ) STRICT;
  CREATE TABLE legacy_node (
    node_id TEXT PRIMARY KEY,
    token TEXT NOT NULL,
    facts TEXT NOT NULL,
    created_at_ms INTEGER NOT NULL,
    approved_at_ms INTEGER NOT NULL,
    last_connected_at_ms INTEGER
  ) STRICT;
  CREATE TABLE audit (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    at_ms INTEGER NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT,
    prev_hash TEXT NOT NULL,
    hash TEXT NOT NULL
  ) STRICT;
  CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'audit rows are final'); END;
  CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'audit rows are final'); END;
  CREATE TABLE run (
    run_id TEXT PRIMARY KEY,
    requester TEXT NOT NULL,
    idempotency_key TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    node_id TEXT NOT NULL,
    command TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('running', 'done', 'lost')),
    started_at_ms INTEGER NOT NULL,
    finished_at_ms INTEGER,
    result TEXT,
    UNIQUE (requester, idempotency_key)
  ) STRICT;
  CREATE INDEX run_by_start ON run (started_at_ms);
  CREATE TABLE fact (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
  `,
];

/**
 * Brings the file to the newest version, each step in its own transaction.
 * @throws `state/newer` when it was written by a later release
 */
export function migrate(database: DatabaseSync, path: string): void {
  while (versionOf(database) !== STEPS.length) {
    // the version is read again under the write lock: another process may be migrating the same file
    database.exec('BEGIN IMMEDIATE');
    try {
      const version = versionOf(database);
      if (version > STEPS.length) throw newer(path, version);
      const step = STEPS[version];
      if (step !== undefined) database.exec(`${step}; PRAGMA user_version = ${version + 1}`);
      database.exec('COMMIT');
    } catch (thrown) {
      if (database.isTransaction) database.exec('ROLLBACK');
      throw thrown;
    }
  }
}

function versionOf(database: DatabaseSync): number {
  return Number(database.prepare('PRAGMA user_version').get()?.['user_version']);
}

function newer(path: string, version: number): OpsError {
  return new OpsError(
    'state/newer',
    `cannot open the database ${path}: its version is ${version}, this release knows ${STEPS.length}; it was left as it is`,
    {
      evidence: { path, version },
      remedies: [
        {
          kind: 'read',
          text: 'Start the newer release again, or restore the database kept before the update.',
        },
      ],
    },
  );
}
