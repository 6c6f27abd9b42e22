/** SQLITE_CORRUPT and SQLITE_NOTADB (sqlite.org/rescode.html). */
const DAMAGED: readonly number[] = [11, 26];

/** Whether an error of SQLite is about the file itself. Every other one (busy, not readable, full) says nothing about it. */
export function saysDamaged(thrown: unknown): boolean {
  // The low byte is the code, the rest says more about it.
  return thrown instanceof Error && 'errcode' in thrown && DAMAGED.includes(Number(thrown.errcode) & 0xff);
}
