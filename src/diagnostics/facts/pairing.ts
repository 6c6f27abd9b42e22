import { statSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { errorText, systemErrorCode } from '../../state/index.ts';
import { Unavailable } from '../engine/collect-facts.ts';
import type { Context } from './context.ts';

export type PairingFact =
  /** No gateway has run here yet. */
  | { kind: 'none' }
  | { kind: 'damaged'; path: string; reason: string }
  | {
      kind: 'open';
      path: string;
      pending: readonly { requestId: string; kind: string; name: string; ageMs: number }[];
      devices: number;
    };

/** Life of a device's request, as in state/database (gateway-protocol §19); older ones are history. */
const PENDING_LIFE_MS = 300_000;

/** Reads the database of pairings without writing a byte, whether a gateway has it open or not. */
export async function collectPairing({ paths, nowMs }: Context): Promise<PairingFact> {
  const path = paths.database;
  const size = sizeOf(path);
  if (size === undefined || size === 0) return { kind: 'none' };
  // Loaded here: node:sqlite is not needed by a run that asks for other checks.
  const { DatabaseSync } = await import('node:sqlite');
  const url = pathToFileURL(path);
  // With a log beside it the file is in use, and its shared memory exists. Without, only `immutable` keeps SQLite from
  // creating both (sqlite.org/wal.html, "Read-Only Databases").
  url.search = (sizeOf(`${path}-wal`) ?? 0) > 0 ? 'mode=ro' : 'mode=ro&immutable=1';
  try {
    const database = new DatabaseSync(url, { readOnly: true, timeout: 500 });
    try {
      const verdict = String(database.prepare('PRAGMA quick_check(1)').get()?.['quick_check']);
      if (verdict !== 'ok') return { kind: 'damaged', path, reason: verdict };
      const rows = database
        .prepare("SELECT request_id, kind, body, ts FROM pairing_request WHERE kind = 'surface' OR ts > ?")
        .all(nowMs - PENDING_LIFE_MS);
      const devices = Number(database.prepare('SELECT count(*) AS count FROM device').get()?.['count'] ?? 0);
      const pending = rows.map((row) => ({
        requestId: String(row['request_id']),
        kind: String(row['kind']),
        name: nameIn(String(row['body'])),
        ageMs: nowMs - Number(row['ts']),
      }));
      return { kind: 'open', path, pending, devices };
    } finally {
      database.close();
    }
  } catch (thrown) {
    return { kind: 'damaged', path, reason: errorText(thrown) };
  }
}

function nameIn(body: string): string {
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value !== 'object' || value === null) return 'unnamed';
    const { displayName, deviceId, nodeId } = value as Record<string, unknown>; // object: checked above
    return String(displayName ?? deviceId ?? nodeId ?? 'unnamed').slice(0, 80);
  } catch {
    return 'unnamed';
  }
}

function sizeOf(path: string): number | undefined {
  try {
    return statSync(path).size;
  } catch (thrown) {
    const code = systemErrorCode(thrown);
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new Unavailable(`${path} cannot be looked at (${code ?? 'unknown error'})`);
  }
}
