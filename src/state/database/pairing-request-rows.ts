import { type Row, textOf } from './row.ts';

/** The request a row of `pairing_request` holds; the table's `kind` column tells the caller which type it asked for. */
export function parseRequest<T>(row: Row): T {
  const request: T = JSON.parse(textOf(row, 'body'));
  return request;
}
