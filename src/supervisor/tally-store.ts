import { join } from 'node:path';
import * as z from 'zod/mini';
import { errorText, readTextIfPresent, writePrivateFile } from '../state/index.ts';
import { bootId } from './process-facts.ts';
import { EMPTY_TALLY, type Tally } from './restart-policy.ts';

/** A tally as it was kept, and what was wrong with the file, if anything. */
export type KeptTally = { tally: Tally; problem: string | undefined };

const optionalText = z.nullable(z.string());
const death = z.object({
  cause: z.string(),
  exitCode: z.nullable(z.number()),
  signal: optionalText,
  spawnError: optionalText,
  endedBy: z.nullable(z.enum(['drain', 'term', 'kill'])),
  durationMs: z.number(),
  readyMs: z.number(),
  at: z.object({ wallMs: z.number(), monotonicMs: z.number() }),
  lastLines: z.array(z.string()),
});
const file = z.object({
  schema: z.literal(1),
  bootId: z.string(),
  deaths: z.array(death),
  recent: z.array(death),
  givenUp: z.nullable(z.object({ reason: z.string(), wallMs: z.number() })),
});

/**
 * Reads what was kept about a service. Deaths of an earlier boot no longer count (their clock is another one), a verdict
 * of given-up stays. A damaged file is left in place and counts as no deaths: the service may be tried.
 */
export function readTally(directory: string, service: string): KeptTally {
  try {
    const text = readTextIfPresent(tallyPath(directory, service));
    if (text === undefined) return { tally: EMPTY_TALLY, problem: undefined };
    const kept = file.parse(JSON.parse(text));
    const deaths = kept.bootId === bootId() ? kept.deaths : [];
    return { tally: { deaths, givenUp: kept.givenUp ?? undefined, recent: kept.recent }, problem: undefined };
  } catch (thrown) {
    return {
      tally: EMPTY_TALLY,
      problem: `cannot read the restart history of ${service}: ${errorText(thrown)}`,
    };
  }
}

/** Keeps a tally across restarts of the supervisor. @throws `state/write` */
export function writeTally(directory: string, service: string, tally: Tally): void {
  const content = { schema: 1, bootId: bootId(), ...tally, givenUp: tally.givenUp ?? null };
  writePrivateFile(tallyPath(directory, service), `${JSON.stringify(content)}\n`);
}

function tallyPath(directory: string, service: string): string {
  return join(directory, `${service}.history.json`);
}
