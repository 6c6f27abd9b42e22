import { setTimeout as sleep } from 'node:timers/promises';
import { PATIENCE_MS } from '../patience.ts';

/** 50 ms: short against every deadline used here, and cheap with a program run per look. */
const LOOK_EVERY_MS = 50;

/** Waits until `condition` holds and gives how long that took. @throws after the deadline, naming what was waited for */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  deadlineMs = PATIENCE_MS,
): Promise<number> {
  const startedAt = performance.now();
  while (!(await condition())) {
    if (performance.now() - startedAt > deadlineMs)
      throw new Error(`waited ${deadlineMs} ms in vain for ${what}`);
    await sleep(LOOK_EVERY_MS);
  }
  return performance.now() - startedAt;
}
