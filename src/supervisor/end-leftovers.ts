import { setTimeout as delay } from 'node:timers/promises';
import { monotonicMs } from './process-facts.ts';
import { isRunGroup, removeRunGroup } from './run-group.ts';
import { findLeftovers, signalProcess } from './run-processes.ts';
import type { RunMark } from './status-file.ts';

/** 5 s: the kernel sent SIGTERM when the supervisor died; what still drains then gets this long. */
const GRACE_MS = 5000;
const LOOK_EVERY_MS = 50;

/**
 * Ends what a dead supervisor left running: only processes that carry the mark of one of its runs or are in its cgroup,
 * never a number. SIGTERM, a bounded wait, SIGKILL.
 */
export async function endLeftovers(runs: readonly RunMark[]): Promise<void> {
  const leftovers = () => runs.flatMap(findLeftovers);
  for (const facts of leftovers()) signalProcess(facts, 'SIGTERM');
  const giveUpAt = monotonicMs() + GRACE_MS;
  for (let left = leftovers(); left.length > 0; left = leftovers()) {
    if (monotonicMs() > giveUpAt) {
      for (const facts of left) signalProcess(facts, 'SIGKILL');
      break;
    }
    await delay(LOOK_EVERY_MS);
  }
  for (const { group, runId } of runs)
    if (group !== undefined && isRunGroup(group, runId)) removeRunGroup(group);
}
