import { randomUUID } from 'node:crypto';
import type { Connection } from './connection.ts';
import { numberOf, optionalNumber, optionalText, type Row, textOf } from './row.ts';
import type { RunBegin, RunFilter, RunRecord, RunStart } from './run-types.ts';

/** History of remote commands; one key of one requester runs at most once. */
export type RunStore = {
  /** Claims the key. Only `new` may be run. */
  begin(start: RunStart): RunBegin;
  /** Remembers the answer. Large ones (above {@link MAX_RESULT_BYTES}) are not kept for replay. */
  finish(runId: string, end: { atMs: number; resultJson: string }): boolean;
  /** Marks what was running when the gateway last died; returns those runs. Call once at start. */
  loseRunning(now: number): RunRecord[];
  get(runId: string): RunRecord | undefined;
  /** Newest first; default limit 100. */
  list(filter?: RunFilter): RunRecord[];
  /** Drops history older than {@link HISTORY_LIFE_MS} and results beyond {@link RESULT_BUDGET_BYTES}, oldest first. */
  prune(now: number): void;
};

/** A result frame cannot be larger than what the node may send (512 KiB, gateway-protocol section 1). */
export const MAX_RESULT_BYTES = 512 * 1024;
/** Answers kept for replay, all together. */
export const RESULT_BUDGET_BYTES = 32 * 1024 * 1024;
/** 30 days: long enough to ask "who ran that last week", bounded all the same. A key is remembered as long. */
export const HISTORY_LIFE_MS = 30 * 24 * 3_600_000;

/** The store for runs over one connection. */
export function createRunStore(connection: Connection): RunStore {
  const get = (runId: string): RunRecord | undefined => {
    const row = connection.get('SELECT * FROM run WHERE run_id = ?', runId);
    return row === undefined ? undefined : recordOf(row);
  };

  return {
    get,

    begin: (start) =>
      connection.transaction(() => {
        const row = connection.get(
          'SELECT * FROM run WHERE requester = ? AND idempotency_key = ?',
          start.requester,
          start.idempotencyKey,
        );
        if (row !== undefined) return earlierRun(row, start);
        const { requester, idempotencyKey, nodeId, command, fingerprint, atMs } = start;
        const runId = randomUUID();
        connection.run(
          `INSERT INTO run (run_id, requester, idempotency_key, fingerprint, node_id, command, state, started_at_ms)
           VALUES (?, ?, ?, ?, ?, ?, 'running', ?)`,
          runId,
          requester,
          idempotencyKey,
          fingerprint,
          nodeId,
          command,
          atMs,
        );
        return {
          kind: 'new',
          run: { runId, requester, idempotencyKey, nodeId, command, state: 'running', startedAtMs: atMs },
        };
      }),

    finish: (runId, { atMs, resultJson }) =>
      connection.run(
        "UPDATE run SET state = 'done', finished_at_ms = ?, result = ? WHERE run_id = ? AND state <> 'done'",
        atMs,
        Buffer.byteLength(resultJson) > MAX_RESULT_BYTES ? null : resultJson,
        runId,
      ) > 0,

    loseRunning: (now) =>
      connection.transaction(() => {
        const rows = connection.all("SELECT * FROM run WHERE state = 'running' ORDER BY started_at_ms");
        connection.run("UPDATE run SET state = 'lost', finished_at_ms = ? WHERE state = 'running'", now);
        return rows.map((row) => ({ ...recordOf(row), state: 'lost', finishedAtMs: now }));
      }),

    list: (filter = {}) =>
      connection
        .all(
          `SELECT * FROM run WHERE started_at_ms >= ?1 AND (?2 IS NULL OR node_id = ?2)
             AND (?3 IS NULL OR requester = ?3) AND (?4 IS NULL OR state = ?4)
           ORDER BY started_at_ms DESC, rowid DESC LIMIT ?5`,
          filter.sinceMs ?? 0,
          filter.nodeId ?? null,
          filter.requester ?? null,
          filter.state ?? null,
          filter.limit ?? 100,
        )
        .map(recordOf),

    prune: (now) =>
      connection.transaction(() => {
        connection.run(
          "DELETE FROM run WHERE started_at_ms < ? AND state <> 'running'",
          now - HISTORY_LIFE_MS,
        );
        connection.run(
          `UPDATE run SET result = NULL WHERE run_id IN (SELECT run_id FROM
             (SELECT run_id, sum(length(result)) OVER (ORDER BY started_at_ms DESC, rowid DESC) AS total
              FROM run WHERE result IS NOT NULL) WHERE total > ?)`,
          RESULT_BUDGET_BYTES,
        );
      }),
  };
}

function earlierRun(row: Row, start: RunStart): RunBegin {
  const run = recordOf(row);
  if (textOf(row, 'fingerprint') !== start.fingerprint) return { kind: 'conflict', run };
  return { kind: run.state === 'running' ? 'running' : 'finished', run };
}

function recordOf(row: Row): RunRecord {
  const finishedAtMs = optionalNumber(row, 'finished_at_ms');
  const resultJson = optionalText(row, 'result');
  return {
    runId: textOf(row, 'run_id'),
    requester: textOf(row, 'requester'),
    idempotencyKey: textOf(row, 'idempotency_key'),
    nodeId: textOf(row, 'node_id'),
    command: textOf(row, 'command'),
    // the table's CHECK allows only these
    state: textOf(row, 'state') as RunRecord['state'],
    startedAtMs: numberOf(row, 'started_at_ms'),
    ...(finishedAtMs === undefined ? {} : { finishedAtMs }),
    ...(resultJson === undefined ? {} : { resultJson }),
  };
}
