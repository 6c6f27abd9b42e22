import { spawn } from 'node:child_process';
import { PATIENCE_MS } from '../patience.ts';

/** How a program ended. */
export type Ran = { status: number | null; signal: NodeJS.Signals | null; stdout: string; stderr: string };

/** Runs a program to its end; kills it after the deadline (default: the patience of tests) and says so on `stderr`. */
export function run(
  command: readonly string[],
  options: { timeoutMs?: number; input?: string } = {},
): Promise<Ran> {
  const [program = '', ...args] = command;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    const timeoutMs = options.timeoutMs ?? PATIENCE_MS;
    const timer = setTimeout(() => {
      stderr += `\n(killed after ${timeoutMs} ms)`;
      child.kill('SIGKILL');
    }, timeoutMs);
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
    child.on('error', reject);
    child.on('close', (status, signal) => {
      clearTimeout(timer);
      resolve({ status, signal, stdout, stderr });
    });
    child.stdin.on('error', () => {}); // a program that does not read its input
    child.stdin.end(options.input ?? '');
  });
}
