import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Context } from './context.ts';

/** A file of /proc or /sys as one line or more, trimmed; undefined where it cannot be read. */
export function readKernelFile({ kernelRoot }: Context, path: string): string | undefined {
  try {
    return readFileSync(join(kernelRoot ?? '/', path), 'latin1').trim();
  } catch {
    return undefined; // another kernel, another account, or a process that has just ended
  }
}
