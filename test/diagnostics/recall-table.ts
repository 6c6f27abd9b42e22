import { appendFileSync } from 'node:fs';
import { shellText } from '../../src/cli/output/shell-text.ts';
import type { Remedy } from '../../src/state/index.ts';

/** What became of one problem maker. */
export type RecallRow = {
  id: string;
  /** Where the fault was made: a private home with real processes, or a booted host with systemd. */
  on: 'home' | 'host';
  /** Of the run that found it, in ms. */
  ms: number;
  /** How it went away: the command typed, or what was done by hand and why. */
  goneBy: string;
  /** Whether `doctor --fix` repaired it, and `doctor --undo` brought it back. */
  fixed: 'no' | 'fix' | 'fix and undo';
};

/** How a row says what the doctor did by itself. */
export const FIXED_TEXT = { no: '', fix: '`--fix`; ', 'fix and undo': '`--fix` and `--undo`; ' } as const;

const rows: RecallRow[] = [];

/** Notes a row for the table at the end, and in the file that `DOCTOR_RECALL` names (test/diagnostics/write-doc.ts). */
export function noteRow(row: RecallRow): void {
  rows.push(row);
  const file = process.env['DOCTOR_RECALL'];
  if (file !== undefined) appendFileSync(file, `${JSON.stringify(row)}\n`);
}

/** Prints what was noted. */
export function printRows(tried: number): void {
  const width = Math.max(0, ...rows.map(({ id }) => id.length));
  for (const { id, ms, fixed, goneBy } of rows)
    console.log(`${id.padEnd(width)}  ${String(ms).padStart(5)} ms  ${FIXED_TEXT[fixed]}${goneBy}`);
  console.log(`${rows.length} of ${tried} makers: each named as the only cause, and gone`);
}

/** A remedy as it is typed, without what differs from run to run. */
export function typedText(remedy: Remedy, home: string): string {
  if (remedy.kind === 'read') return remedy.text;
  return shellText(remedy.command)
    .replaceAll(home, '~')
    .replace(/(?<=^kill (-\S+ )?)\d+$/, 'PID')
    .replace(/\b[0-9a-f]{8}-[0-9a-f-]{27}\b/, 'REQUEST')
    .replace(/(?<=gateway\.port )\d+/, 'PORT');
}
