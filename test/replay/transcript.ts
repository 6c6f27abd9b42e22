import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { at, isObject, type JsonObject } from './json.ts';

export type Side = 'client' | 'gateway';

/** One recorded happening. `line` is the 1-based line in the file, `atMs` counts from the first line. */
export type Line = { line: number; atMs: number; conn: string } & (
  | { kind: 'open'; headers: Readonly<Record<string, string>> }
  | { kind: 'frame'; from: Side; frame: unknown }
  /** Text that is not JSON, or a frame too long to keep; `cut` texts are rebuilt to their length. */
  | { kind: 'raw'; from: Side; text: string }
  | { kind: 'close'; from: Side; code: number; reason: string }
);

export type Transcript = { name: string; lines: readonly Line[] };

const samples = resolve(import.meta.dirname, '../wire-samples');

/** Names of all transcripts of a protocol version, sorted. */
export function listTranscripts(version: 'v3' | 'v4'): string[] {
  return readdirSync(join(samples, version))
    .filter((name) => name.endsWith('.jsonl'))
    .map((name) => name.slice(0, -'.jsonl'.length))
    .sort();
}

/** Reads a transcript of either recording format. Transport notes without meaning for a replay (pings) are left out. */
export function readTranscript(version: 'v3' | 'v4', name: string): Transcript {
  const text = readFileSync(join(samples, version, `${name}.jsonl`), 'utf8');
  const lines = text.split('\n').flatMap((row, index): Line[] => {
    if (row.trim() === '') return [];
    const entry: unknown = JSON.parse(row);
    if (!isObject(entry)) throw new Error(`cannot read ${name}.jsonl:${index + 1}: not an object`);
    const line = version === 'v3' ? readLine3(entry, index + 1) : readLine4(entry, index + 1);
    return line === undefined ? [] : [line];
  });
  return { name, lines };
}

/** Format of test/wire-samples/v3/README.md. */
function readLine3(entry: JsonObject, line: number): Line | undefined {
  const base = { line, atMs: Number(entry.ms), conn: String(entry.conn) };
  if (entry.open === true) return { ...base, kind: 'open', headers: stringMap(entry.addedProxyHeaders) };
  const from: Side = entry.dir === 'c2s' ? 'client' : 'gateway';
  const close = entry.close;
  if (isObject(close))
    return { ...base, kind: 'close', from, code: Number(close.code), reason: String(close.reason) };
  if (typeof entry.raw === 'string') return { ...base, kind: 'raw', from, text: fullLength(entry.raw) };
  return { ...base, kind: 'frame', from, frame: entry.frame };
}

/** Format of test/wire-samples/v4/README.md. */
function readLine4(entry: JsonObject, line: number): Line | undefined {
  const base = { line, atMs: Number(entry.t), conn: `${String(entry.peer)}/${String(entry.conn)}` };
  if (entry.event === 'socket-open') return { ...base, kind: 'open', headers: stringMap(entry.headers) };
  if (entry.event === 'socket-close')
    return {
      ...base,
      kind: 'close',
      from: entry.by === 'gateway' ? 'gateway' : 'client',
      code: Number(entry.code ?? 1005),
      reason: String(entry.reason ?? ''),
    };
  if (!('frame' in entry)) return undefined;
  return {
    ...base,
    kind: 'frame',
    from: entry.from === 'gateway' ? 'gateway' : 'client',
    frame: entry.frame,
  };
}

/** Long texts were recorded as `start...[cut, N characters]`; the length is what they test. */
function fullLength(text: string): string {
  const cut = /^(.*?)\.\.\.\[cut, (\d+) characters/s.exec(text);
  return cut === null ? text : (cut[1] ?? '').padEnd(Number(cut[2]), 'x');
}

function stringMap(value: unknown): Record<string, string> {
  if (!isObject(value)) return {};
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, String(item)]));
}

/** The parameters of a `connect` request, or undefined for every other line. */
export function connectParams(line: Line): JsonObject | undefined {
  if (line.kind !== 'frame' || at(line.frame, 'method') !== 'connect') return undefined;
  const params = at(line.frame, 'params');
  return isObject(params) ? params : undefined;
}
