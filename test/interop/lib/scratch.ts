import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PATIENCE_MS } from '../../patience.ts';

/** A home directory of its own below the system's temp directory; removed when the stack is disposed. */
export function scratchHome(stack: AsyncDisposableStack, name: string): string {
  const home = mkdtempSync(join(tmpdir(), `clawdbot-interop-${name}-`));
  for (const name of ['.clawdbot', '.openclaw']) mkdirSync(join(home, name), { mode: 0o700 });
  stack.defer(() => rmSync(home, { recursive: true, force: true, maxRetries: 5 }));
  return home;
}

/** Waits until `probe` gives something other than undefined. @throws after the deadline, naming what was waited for */
export async function until<T>(
  what: string,
  probe: () => Promise<T | undefined> | T | undefined,
  deadlineMs = PATIENCE_MS,
  everyMs = 50,
): Promise<T> {
  const end = performance.now() + deadlineMs;
  for (;;) {
    const value = await probe();
    if (value !== undefined) return value;
    if (performance.now() > end) throw new Error(`cannot see within ${deadlineMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
