import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { cleanUp } from '../clean-up.ts';
import { PATIENCE_MS } from '../patience.ts';

const root = join(import.meta.dirname, '..', '..');

/** The command as it is shipped; `CLAWDBOT_CLI_ENTRY` names another entry (the sources, say) while developing. */
export const entry = process.env['CLAWDBOT_CLI_ENTRY'] ?? join(root, 'bin', 'clawdbot.js');

export type Ended = { status: number | null; signal: NodeJS.Signals | null; stdout: string; stderr: string };

/** A command that runs. */
export type Running = {
  child: ChildProcess;
  /** What it wrote so far. */
  output: { stdout: string; stderr: string };
  ended: Promise<Ended>;
  /** Waits until the output matches; fails when the command ends or the patience of tests does. */
  until(pattern: RegExp): Promise<void>;
};

/** Compiled code shared by the commands of one test file; each of the homes would start without any. */
const caches = mkdtempSync(join(tmpdir(), 'clawdbot-cli-cache-'));
process.once('exit', () => rmSync(caches, { recursive: true, force: true }));

/** A private home directory, removed when the test ends. */
export function privateHome(t: TestContext): string {
  const home = mkdtempSync(join(tmpdir(), 'clawdbot-cli-'));
  cleanUp(t, () => rmSync(home, { recursive: true, force: true, maxRetries: 5 }));
  return home;
}

/** The environment of a user with this home and nothing else. */
export function environment(home: string, extra: Record<string, string> = {}): Record<string, string> {
  return {
    HOME: home,
    PATH: process.env['PATH'] ?? '/usr/bin:/bin',
    LANG: 'C.UTF-8',
    XDG_CACHE_HOME: caches,
    ...extra,
  };
}

/** Starts the command; it is ended (its whole group too) when the test ends. */
export function start(
  t: TestContext,
  args: readonly string[],
  options: { home: string; env?: Record<string, string>; stdin?: string },
): Running {
  const child = spawn(process.execPath, [entry, ...args], {
    env: environment(options.home, options.env),
    cwd: options.home,
    stdio: 'pipe',
  });
  child.stdin.on('error', () => {}); // a command that ends before its input is written; its exit status says enough
  child.stdin.end(options.stdin ?? '');
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output.stderr += text;
  });
  const ended = new Promise<Ended>((resolve) => {
    child.once('close', (status, signal) => resolve({ status, signal, ...output }));
  });
  cleanUp(t, async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
    await ended;
  });
  return {
    child,
    output,
    ended,
    until: async (pattern) => {
      const giveUpAt = performance.now() + PATIENCE_MS;
      while (!pattern.test(output.stdout + output.stderr)) {
        const over = child.exitCode !== null || child.signalCode !== null;
        if (over || performance.now() > giveUpAt) {
          throw new Error(`cannot find ${pattern} in the output:\n${output.stdout}\n${output.stderr}`);
        }
        await sleep(20);
      }
    },
  };
}

/** Runs the command to its end. */
export function run(
  t: TestContext,
  args: readonly string[],
  options: { home: string; env?: Record<string, string>; stdin?: string },
): Promise<Ended> {
  return start(t, args, options).ended;
}
