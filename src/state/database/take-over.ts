import { createHash } from 'node:crypto';
import { isPlainObject } from '../config/plain-object.ts';
import { jsonProblem } from '../identity/json-problem.ts';
import { errorText } from '../ops-error.ts';
import type { StatePaths } from '../paths.ts';
import { readTextIfPresent } from '../private-file.ts';
import type { Connection } from './connection.ts';
import { writeLegacy } from './node-rows.ts';
import { readLegacyDevice, readLegacyNode, readLegacyRequest } from './take-over-records.ts';

/** What became of the files of a real Clawdbot. */
export type TakeOver = {
  devices: number;
  requests: number;
  nodes: number;
  /** Files or entries that could not be understood. Nothing was changed or removed in them. */
  problems: { file: string; reason: string }[];
  /** Everything had been taken over at an earlier start. */
  done: boolean;
};

/**
 * Takes over `devices/paired.json`, `devices/pending.json` and `nodes/paired.json` once, so that nobody has to pair
 * again. The files stay untouched. Records that are here already win. A file that is damaged now is tried again at the next
 * start, so that repairing it is enough.
 */
export function takeOverLegacyFiles(connection: Connection, legacy: StatePaths['legacy']): TakeOver {
  const report: TakeOver = { devices: 0, requests: 0, nodes: 0, problems: [], done: true };
  connection.transaction(() => {
    takeOver(connection, report, legacy.pairedDevices, (entry) => {
      report.devices += insertDevice(connection, entry);
    });
    takeOver(connection, report, legacy.pendingDevices, (entry) => {
      report.requests += insertRequest(connection, entry);
    });
    takeOver(connection, report, legacy.pairedNodes, (entry) => {
      report.nodes += insertNode(connection, entry);
    });
  });
  return report;
}

function takeOver(
  connection: Connection,
  report: TakeOver,
  file: string,
  take: (entry: unknown) => void,
): void {
  const marker = `taken-over:${createHash('sha256').update(file).digest('hex').slice(0, 16)}`;
  if (connection.get('SELECT 1 AS found FROM fact WHERE name = ?', marker) !== undefined) return;
  const entries = readEntries(report, file);
  if (entries === undefined) return;
  report.done = false;
  for (const [key, entry] of Object.entries(entries)) {
    try {
      take(entry);
    } catch (thrown) {
      report.problems.push({ file, reason: `entry ${key.slice(0, 80)}: ${errorText(thrown)}` });
    }
  }
  connection.run('INSERT INTO fact (name, value) VALUES (?, ?)', marker, file);
}

function readEntries(report: TakeOver, file: string): Record<string, unknown> | undefined {
  try {
    const text = readTextIfPresent(file);
    if (text === undefined) return undefined;
    const entries: unknown = JSON.parse(text);
    if (isPlainObject(entries)) return entries;
    report.problems.push({ file, reason: 'it is not an object' });
  } catch (thrown) {
    report.problems.push({ file, reason: jsonProblem(thrown) });
  }
  report.done = false;
  return undefined;
}

function insertDevice(connection: Connection, entry: unknown): number {
  const { device, tokens } = readLegacyDevice(entry);
  const added = connection.run(
    `INSERT INTO device (device_id, public_key, facts, approved_via, created_at_ms, approved_at_ms, surface)
     VALUES (?, ?, ?, 'legacy', ?, ?, NULL) ON CONFLICT DO NOTHING`,
    device.deviceId,
    device.publicKey,
    JSON.stringify(device.facts),
    device.createdAtMs,
    device.approvedAtMs,
  );
  if (added === 0) return 0;
  for (const { role, token, scopes, createdAtMs, rotatedAtMs, revokedAtMs, lastUsedAtMs } of tokens) {
    connection.run(
      `INSERT INTO device_token (device_id, role, token, scopes, created_at_ms, rotated_at_ms, revoked_at_ms,
         last_used_at_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      device.deviceId,
      role,
      token,
      JSON.stringify(scopes),
      createdAtMs,
      rotatedAtMs ?? null,
      revokedAtMs ?? null,
      lastUsedAtMs ?? null,
    );
  }
  return 1;
}

function insertRequest(connection: Connection, entry: unknown): number {
  const request = readLegacyRequest(entry);
  return connection.run(
    `INSERT INTO pairing_request (request_id, kind, subject, body, ts) VALUES (?, 'device', ?, ?, ?)
     ON CONFLICT DO NOTHING`,
    request.requestId,
    request.deviceId,
    JSON.stringify(request),
    request.ts,
  );
}

function insertNode(connection: Connection, entry: unknown): number {
  const node = readLegacyNode(entry);
  if (connection.get('SELECT 1 AS found FROM legacy_node WHERE node_id = ?', node.nodeId) !== undefined)
    return 0;
  writeLegacy(connection, node);
  return 1;
}
