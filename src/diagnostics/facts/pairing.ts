import { type BigIntStats, copyFileSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { errorText, saysDamaged, systemErrorCode } from '../../state/index.ts';
import { Unavailable } from '../engine/collect-facts.ts';
import type { Context } from './context.ts';
import type { OwnerFact } from './owner.ts';

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

/** 64 MB: some hundred devices take 200 KB; a file far beyond is not copied just to look at it. */
const LARGEST_COPY_BYTES = 64_000_000;

/**
 * Reads the database of pairings without changing it or anything beside it. A file with a log beside it may be opened
 * only while its gateway runs: SQLite would otherwise rebuild the shared memory (sqlite.org/wal.html, "Read-Only
 * Databases"). What a dead gateway left is read from a private copy.
 */
export async function collectPairing(context: Context, owner: OwnerFact): Promise<PairingFact> {
  const { database } = context.paths;
  const before = stampOf(database);
  const fact = await readPairing(context, owner);
  // A gateway that starts writes into what is being copied or read as if nobody did.
  if (fact.kind === 'damaged' && stampOf(database) !== before)
    throw new Unavailable(`${database} changed while it was read`);
  return fact;
}

/** What changes with every write to the database or its log. */
function stampOf(path: string): string {
  return [path, `${path}-wal`]
    .map((file) => {
      const { ino, size, mtimeNs } = look(file) ?? {};
      return `${ino} ${size} ${mtimeNs}`;
    })
    .join(' ');
}

async function readPairing({ paths, nowMs }: Context, { fate }: OwnerFact): Promise<PairingFact> {
  const path = paths.database;
  const size = Number(look(path)?.size ?? 0);
  const logSize = Number(look(`${path}-wal`)?.size ?? 0);
  if (size === 0 && logSize === 0) return { kind: 'none' };
  if (logSize === 0) return readStore(path, 'mode=ro&immutable=1', { path, nowMs });
  if (fate?.kind === 'alive') return readStore(path, 'mode=ro', { path, nowMs });
  if (size + logSize > LARGEST_COPY_BYTES)
    throw new Unavailable(`${path} has a log of its last gateway and is too large to copy`);
  const directory = mkdtempSync(join(tmpdir(), 'clawdbot-doctor-'));
  try {
    const copy = join(directory, 'copy.sqlite');
    for (const suffix of ['', '-wal']) copyFileSync(`${path}${suffix}`, `${copy}${suffix}`);
    return await readStore(copy, 'mode=rw', { path, nowMs });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function readStore(
  file: string,
  query: string,
  { path, nowMs }: { path: string; nowMs: number },
): Promise<PairingFact> {
  // Loaded here: node:sqlite is not needed by a run that asks for other checks.
  const { DatabaseSync } = await import('node:sqlite');
  const url = pathToFileURL(file);
  url.search = query;
  try {
    const database = new DatabaseSync(url, { readOnly: query !== 'mode=rw', timeout: 500 });
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
    const reason = errorText(thrown);
    if (saysDamaged(thrown)) return { kind: 'damaged', path, reason };
    // Busy, not readable now, or made at this moment and still without its tables.
    throw new Unavailable(`${path} cannot be read at the moment: ${reason}`);
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

function look(path: string): BigIntStats | undefined {
  try {
    return statSync(path, { bigint: true });
  } catch (thrown) {
    const code = systemErrorCode(thrown);
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new Unavailable(`${path} cannot be looked at (${code ?? 'unknown error'})`);
  }
}
