import { join } from 'node:path';
import * as z from 'zod/mini';
import { OpsError, readTextIfPresent, writePrivateFile } from '../../state/index.ts';
import type { FixStep } from '../engine/fix-step.ts';

const processSchema = z.object({ pid: z.number(), startTicks: z.number(), bootId: z.string() });
const scopeSchema = z.enum(['user', 'system']);

const stepSchema = z.union([
  z.object({ kind: z.literal('mode'), path: z.string(), from: z.number(), to: z.number() }),
  z.object({ kind: z.literal('set-aside'), path: z.string() }),
  z.object({ kind: z.literal('run'), command: z.array(z.string()), undo: z.optional(z.array(z.string())) }),
  z.object({
    kind: z.literal('unit'),
    scope: scopeSchema,
    units: z.array(z.string()),
    verb: z.enum(['start', 'stop', 'disable']),
    notPid: z.optional(z.number()),
    port: z.optional(z.number()),
    was: z.object({ active: z.boolean(), enabled: z.boolean() }),
  }),
  z.object({ kind: z.literal('drop-in'), scope: scopeSchema, path: z.string(), text: z.string() }),
  z.object({
    kind: z.literal('hand-over'),
    stateDir: z.string(),
    from: processSchema,
    to: z.object({ unit: z.string(), scope: scopeSchema }),
    drainMs: z.number(),
  }),
  z.object({ kind: z.literal('end'), process: processSchema, name: z.string() }),
]);

const journalSchema = z.object({
  schema: z.literal(1),
  repairs: z.array(z.object({ at: z.string(), id: z.string(), step: stepSchema })),
});

/** One step that was begun. Written before it is done, so that an interrupted repair can be taken back too. */
export type JournalEntry = { at: string; id: string; step: FixStep };

/** 200 steps are more than anybody takes back. */
const KEPT = 200;

/** The steps that are not taken back. @throws `state/damaged` */
export function readJournal(stateDir: string): readonly JournalEntry[] {
  const path = journalPath(stateDir);
  const text = readTextIfPresent(path);
  if (text === undefined) return [];
  try {
    // The schema accepts exactly the union; its optional keys carry `| undefined`, which JSON cannot.
    return journalSchema.parse(JSON.parse(text)).repairs as JournalEntry[];
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
