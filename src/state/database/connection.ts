import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import type { Row } from './row.ts';

/** The few things the stores need of SQLite: prepared once, positional parameters. */
export type Connection = {
  all(sql: string, ...values: SQLInputValue[]): Row[];
  get(sql: string, ...values: SQLInputValue[]): Row | undefined;
  /** The number of changed rows. */
  run(sql: string, ...values: SQLInputValue[]): number;
  /** One unit on disk: everything or nothing. Nested calls join the outer one. */
  transaction<T>(work: () => T): T;
  /**
   * For facts nobody waits for (last seen, last used): kept across a crash of the process, but a power cut may lose the
   * last ones. Saves the fsync, which is most of the cost of a reconnect.
   */
  relaxed<T>(work: () => T): T;
};

/** Wraps an open database. */
export function createConnection(database: DatabaseSync): Connection {
  const statements = new Map<string, StatementSync>();
  let depth = 0;

  const prepare = (sql: string): StatementSync => {
    const known = statements.get(sql);
    if (known !== undefined) return known;
    const statement = database.prepare(sql);
    statements.set(sql, statement);
    return statement;
  };

  const transaction = <T>(work: () => T): T => {
    if (depth > 0) return work();
    // IMMEDIATE: the write lock comes first, so nothing read inside can be out of date when it is written back
    database.exec('BEGIN IMMEDIATE');
    depth += 1;
    try {
      const result = work();
      database.exec('COMMIT');
      return result;
    } catch (thrown) {
      if (database.isTransaction) database.exec('ROLLBACK');
      throw thrown;
    } finally {
      depth -= 1;
    }
  };

  return {
    all: (sql, ...values) => prepare(sql).all(...values),
    get: (sql, ...values) => prepare(sql).get(...values),
    run: (sql, ...values) => Number(prepare(sql).run(...values).changes),
    transaction,
    relaxed: (work) => {
      // the pragma has no effect inside a transaction: the outer commit is synced anyway
      if (depth > 0) return work();
      database.exec('PRAGMA synchronous = NORMAL');
      try {
        return transaction(work);
      } finally {
        database.exec('PRAGMA synchronous = FULL');
      }
    },
  };
}
