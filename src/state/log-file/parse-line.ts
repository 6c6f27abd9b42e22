import { isPlainObject } from '../config/plain-object.ts';
import { whyOf } from './why-of.ts';

/** A log line taken apart for people. */
export type ParsedLogLine = {
  time?: string;
  level?: string;
  subsystem?: string;
  message: string;
  why?: string;
};

/** Reads a line of ours or of Clawdbot 2026.1.24-3; `undefined` when it is neither (show it raw). */
export function parseLogLine(line: string): ParsedLogLine | undefined {
  const record = parseObject(line);
  if (record === undefined) return undefined;
  const meta = isPlainObject(record['_meta']) ? record['_meta'] : {};
  const parts = Object.keys(record)
    .filter((key) => /^\d+$/.test(key))
    .sort((a, b) => Number(a) - Number(b))
    .map((key) => record[key]);
  const head = typeof parts[0] === 'string' ? parseObject(parts[0]) : undefined;
  const subsystem = head?.['subsystem'] ?? head?.['module'];
  const hasName = typeof subsystem === 'string';
  const repeated = typeof record['repeated'] === 'number' ? ` (repeated ${record['repeated']} times)` : '';
  const message = (hasName ? parts.slice(1) : parts).map(textOf).join(' ') + repeated;
  const time = record['time'] ?? meta['date'];
  const level = meta['logLevelName'] ?? record['level'];
  const why = whyOf(record);
  return {
    message,
    ...(why === undefined ? {} : { why }),
    ...(typeof time === 'string' ? { time } : {}),
    ...(typeof level === 'string' ? { level: level.toLowerCase() } : {}),
    ...(hasName ? { subsystem } : {}),
  };
}

function parseObject(text: string): Record<string, unknown> | undefined {
  if (!text.startsWith('{')) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isPlainObject(value) ? value : undefined;
  } catch {
    // not JSON: a line of another program, or cut off
    return undefined;
  }
}

function textOf(part: unknown): string {
  return typeof part === 'string' ? part : (JSON.stringify(part) ?? '');
}
