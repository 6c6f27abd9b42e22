import { setTimeout as delay } from 'node:timers/promises';

/** 100 ms: what is under way (a start, a hand-over) has gone on by then, or is seen as what it is. */
const PAUSE_MS = 100;
/** Three looks: a stop with a start behind it has two turns, and a doctor is waited for. */
const LOOKS = 3;
/** 1.5 s: no third look begins later, so that what takes 1 s to see is not waited for three times. */
const PATIENCE_MS = 1_500;

/**
 * A look at one moment. Facts are gathered side by side within some 50 ms; when a process ends, starts or hands over
 * meanwhile, they contradict each other and nothing is wrong. So a look that found something is compared with how things
 * are afterwards, and made again when they have changed. Gives every look, oldest first, and whether things stood still
 * during the last one.
 */
export async function lookAtRest<R>(options: {
  look: () => Promise<R>;
  /** What it saw of all that moves, to be compared; undefined when it found nothing that could come of it. */
  stampOf: (result: R) => string | undefined;
  /** The same of this moment. */
  stampNow: (result: R) => Promise<string>;
  clock: () => number;
  pauseMs?: number;
}): Promise<{ looks: [R, ...R[]]; isAtRest: boolean }> {
  const { look, stampOf, stampNow, clock, pauseMs = PAUSE_MS } = options;
  const startedAt = clock();
  const looks: [R, ...R[]] = [await look()];
  for (;;) {
    const last = looks.at(-1) ?? looks[0];
    const stamp = stampOf(last);
    if (stamp === undefined || stamp === (await stampNow(last))) return { looks, isAtRest: true };
    const isOver = looks.length > 1 && clock() - startedAt > PATIENCE_MS;
    if (isOver || looks.length === LOOKS) return { looks, isAtRest: false };
    await delay(pauseMs);
    looks.push(await look());
  }
}
