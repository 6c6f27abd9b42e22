import { join } from 'node:path';
import * as z from 'zod/mini';
import { OpsError, readTextIfPresent, writePrivateFile } from '../../state/index.ts';

const stepSchema = z.union([
  z.object({ kind: z.literal('mode'), path: z.string(), from: z.number(), to: z.number() }),
  z.object({ kind: z.literal('set-aside'), path: z.string() }),
  z.object({ kind: z.literal('run'), command: z.array(z.string()), undo: z.optional(z.array(z.string())) }),
]);

const journalSchema = z.object({
  schema: z.literal(1),
  repairs: z.array(z.object({ at: z.string(), id: z.string(), step: stepSchema })),
});

/** One step that was begun, oldest first. Written before it is done, so that an interrupted repair can be taken back too. */
export type JournalEntry = z.infer<typeof journalSchema>['repairs'][number];

/** 200 steps are more than anybody takes back. */
const KEPT = 200;

/** The steps that are not taken back. @throws `state/damaged` */
export function readJournal(stateDir: string): readonly JournalEntry[] {
  const path = journalPath(stateDir);
  const text = readTextIfPresent(path);
  if (text === undefined) return [];
  try {
    return journalSchema.parse(JSON.parse(text)).repairs;
  } catch (cause) {
    throw new OpsError('state/damaged', `cannot read the journal of repairs ${path}`, { cause });
  }
}

/** @throws `state/write` */
export function writeJournal(stateDir: string, repairs: readonly JournalEntry[]): void {
  writePrivateFile(
    journalPath(stateDir),
    `${JSON.stringify({ schema: 1, repairs: repairs.slice(-KEPT) })}\n`,
  );
}

function journalPath(stateDir: string): string {
  return join(stateDir, 'doctor-repairs.json');
}
