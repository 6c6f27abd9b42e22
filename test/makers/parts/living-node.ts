import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Setup } from '../setup.ts';
import { startOther } from './other-program.ts';

/** Writes what a living node host would have written about itself. */
export async function writeNodeStatus(setup: Setup, status: Record<string, unknown>): Promise<void> {
  const child = await startOther(setup.t, ['sleep', '600']);
  const pid = child.pid ?? 0;
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const startTicks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  const now = Date.now();
  const url = 'wss://gateway.example:443';
  const whole = {
    version: 1,
    pid,
    startTicks,
    deviceId: 'd',
    url,
    updatedAt: now,
    lastAttemptAt: now,
    ...status,
  };
  writeFileSync(join(setup.paths.stateDir, 'node-status.json'), JSON.stringify(whole), { mode: 0o600 });
}

/** A node in backoff because of this error. */
export function backoff(kind: string, text: string): Record<string, unknown> {
  const at = Date.now();
  return {
    state: { state: 'backoff', attempt: 5, nextAttemptAt: at + 30_000, lastError: { text, at, class: kind } },
    nextAttemptAt: at + 30_000,
    lastError: { text, at, class: kind },
  };
}
