import { execFile } from 'node:child_process';
import { findTrustedHelper } from './trusted-helper.ts';

/** How a helper ended. */
export type HelperEnd =
  | { kind: 'ended'; status: number | undefined; stdout: string; stderr: string }
  /** Not in a directory that only root writes to. */
  | { kind: 'missing' }
  /** Killed at its deadline. What it had said until then may hold the reason. */
  | { kind: 'late'; afterMs: number; stdout: string; stderr: string };

/**
 * Runs a system program with a fixed locale and no input, and kills it at its deadline. Never throws; no child outlives
 * the call (field failures F-16, F-88).
 */
export function runHelper(options: {
  program: string;
  args: readonly string[];
  deadlineMs: number;
  directories: readonly string[] | undefined;
}): Promise<HelperEnd> {
  const { program, args, deadlineMs } = options;
  const path = findTrustedHelper(program, options.directories);
  if (path === undefined) return Promise.resolve({ kind: 'missing' });
  return new Promise((resolve) => {
    const child = execFile(
      path,
      [...args],
      {
        env: { LC_ALL: 'C.UTF-8', PATH: '/usr/bin:/bin' },
        timeout: deadlineMs,
        killSignal: 'SIGKILL',
        // 1 MiB: the longest answer seen has 40 KiB; an endless writer ends here.
        maxBuffer: 1024 * 1024,
      },
      (error, stdout, stderr) => {
        if (error?.killed) resolve({ kind: 'late', afterMs: deadlineMs, stdout, stderr });
        else {
          const status = error === null ? 0 : typeof error.code === 'number' ? error.code : undefined;
          resolve({ kind: 'ended', status, stdout, stderr });
        }
      },
    );
    child.stdin?.end();
  });
}
