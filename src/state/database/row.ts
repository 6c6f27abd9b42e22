import type { SQLOutputValue } from 'node:sqlite';

/** A row as SQLite gives it. */
export type Row = Record<string, SQLOutputValue>;

/** A column that holds text. @throws when the schema says otherwise (a bug or a damaged file) */
export function textOf(row: Row, column: string): string {
  const value = row[column];
  if (typeof value !== 'string') throw new Error(`column ${column} is not text`);
  return value;
}

/** A column that holds a whole number. @throws as {@link textOf} */
export function numberOf(row: Row, column: string): number {
  const value = row[column];
  if (typeof value !== 'number') throw new Error(`column ${column} is not a number`);
  return value;
}

/** A column that may be NULL. */
export function optionalNumber(row: Row, column: string): number | undefined {
  return row[column] === null || row[column] === undefined ? undefined : numberOf(row, column);
}

/** A column that may be NULL. */
export function optionalText(row: Row, column: string): string | undefined {
  return row[column] === null || row[column] === undefined ? undefined : textOf(row, column);
}

/** The object without its undefined properties (what `exactOptionalPropertyTypes` and the wire want). */
export function dropUndefined<T extends Record<string, unknown>>(
  object: T,
): { [K in keyof T]: Exclude<T[K], undefined> } {
  const kept = Object.entries(object).filter(([, value]) => value !== undefined);
  // only undefined values were removed
  return Object.fromEntries(kept) as { [K in keyof T]: Exclude<T[K], undefined> };
}
