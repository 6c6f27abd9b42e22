import { createHash } from 'node:crypto';
import type { AuditEntry, AuditFilter, AuditRow, AuditVerdict } from './audit-types.ts';
import type { Connection } from './connection.ts';
import { numberOf, optionalText, type Row, textOf } from './row.ts';

/** The append-only record of who did what. */
export type AuditStore = {
  append(entry: AuditEntry): AuditRow;
  /** Oldest first. */
  list(filter?: AuditFilter): AuditRow[];
  /** Walks the whole chain. */
  verify(): AuditVerdict;
};

/** `prevHash` of the first row. */
const GENESIS = '0'.repeat(64);

/** The store for the audit trail over one connection. */
export function createAuditStore(connection: Connection): AuditStore {
  return {
    append: (entry) =>
      connection.transaction(() => {
        const last = connection.get('SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1');
        const seq = last === undefined ? 1 : numberOf(last, 'seq') + 1;
        const prevHash = last === undefined ? GENESIS : textOf(last, 'hash');
        const detail = entry.detail === undefined ? null : JSON.stringify(entry.detail);
        const { atMs, actor, action, subject } = entry;
        const hash = hashOf({ seq, atMs, actor, action, subject, detail, prevHash });
        connection.run(
          'INSERT INTO audit (seq, at_ms, actor, action, subject, detail, prev_hash, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
          seq,
          atMs,
          actor,
          action,
          subject,
          detail,
          prevHash,
          hash,
        );
        return { ...entry, seq, prevHash, hash };
      }),

    list: (filter = {}) =>
      connection
        .all(
          `SELECT * FROM (SELECT * FROM audit WHERE seq > ?1 AND at_ms >= ?2 AND at_ms <= ?3
             AND (?4 IS NULL OR action = ?4) AND (?5 IS NULL OR actor = ?5) AND (?6 IS NULL OR subject = ?6)
             AND (?8 IS NULL OR substr(action, 1, length(?8) + 1) = ?8 || '.')
             ORDER BY seq DESC LIMIT ?7) ORDER BY seq`,
          filter.afterSeq ?? 0,
          filter.sinceMs ?? 0,
          filter.untilMs ?? Number.MAX_SAFE_INTEGER,
          filter.action ?? null,
          filter.actor ?? null,
          filter.subject ?? null,
          filter.limit ?? 200,
          filter.family ?? null,
        )
        .map(rowOf),

    verify: () => verifyChain(connection),
  };
}

function verifyChain(connection: Connection): AuditVerdict {
  let expectedSeq = 1;
  let prevHash = GENESIS;
  // pages of 1000: the trail may be larger than memory wants
  for (;;) {
    const rows = connection.all('SELECT * FROM audit WHERE seq >= ? ORDER BY seq LIMIT 1000', expectedSeq);
    for (const row of rows) {
      const seq = numberOf(row, 'seq');
      if (seq !== expectedSeq)
        return { kind: 'broken', seq: expectedSeq, reason: `row ${expectedSeq} is missing` };
      if (textOf(row, 'prev_hash') !== prevHash) {
        return { kind: 'broken', seq, reason: `row ${seq} does not follow from the row before it` };
      }
      if (hashOfRow(row) !== textOf(row, 'hash'))
        return { kind: 'broken', seq, reason: `row ${seq} was changed` };
      prevHash = textOf(row, 'hash');
      expectedSeq += 1;
    }
    if (rows.length < 1000) break;
  }
  // AUTOINCREMENT remembers the highest number ever given (sqlite.org/autoinc.html): it betrays rows cut off at the end
  const highest = connection.get("SELECT seq FROM sqlite_sequence WHERE name = 'audit'");
  if (highest !== undefined && numberOf(highest, 'seq') >= expectedSeq) {
    return { kind: 'broken', seq: expectedSeq, reason: `row ${expectedSeq} and later ones are missing` };
  }
  return { kind: 'intact', rows: expectedSeq - 1, head: prevHash };
}

type Hashed = Omit<AuditEntry, 'detail'> & { seq: number; detail: string | null; prevHash: string };

/** SHA-256 over the JSON of the fields in this order; documented so that others can check it. */
function hashOf({ seq, atMs, actor, action, subject, detail, prevHash }: Hashed): string {
  return createHash('sha256')
    .update(JSON.stringify([prevHash, seq, atMs, actor, action, subject, detail]))
    .digest('hex');
}

function hashOfRow(row: Row): string {
  return hashOf({
    seq: numberOf(row, 'seq'),
    atMs: numberOf(row, 'at_ms'),
    actor: textOf(row, 'actor'),
    action: textOf(row, 'action'),
    subject: textOf(row, 'subject'),
    detail: optionalText(row, 'detail') ?? null,
    prevHash: textOf(row, 'prev_hash'),
  });
}

function rowOf(row: Row): AuditRow {
  const detail = optionalText(row, 'detail');
  return {
    seq: numberOf(row, 'seq'),
    atMs: numberOf(row, 'at_ms'),
    actor: textOf(row, 'actor'),
    action: textOf(row, 'action'),
    subject: textOf(row, 'subject'),
    ...(detail === undefined ? {} : { detail: JSON.parse(detail) }),
    prevHash: textOf(row, 'prev_hash'),
    hash: textOf(row, 'hash'),
  };
}
