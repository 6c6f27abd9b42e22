import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { cleanUp } from '../clean-up.ts';
import { PATIENCE_MS } from '../patience.ts';

/** A started fixture that prints one JSON line per event. */
export type Program = {
  pid: number;
  child: ChildProcess;
  /** Every event so far. */
  events: readonly ProgramEvent[];
  /** The first event (past or future) that fits; rejects after the deadline with everything that was printed. */
  until: (fits: string | ((event: ProgramEvent) => boolean), deadlineMs?: number) => Promise<ProgramEvent>;
  exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
};

/** `atMs` is the program's own wall clock; `seenMs` is ours when the line arrived, as `performance.now()` counts. */
export type ProgramEvent = {
  event: string;
  pid: number;
  atMs: number;
  seenMs: number;
  [more: string]: unknown;
};

/** Compiled code is kept between starts and runs: it halves what a start costs, and starts are most of these tests. */
const CODE_CACHE = join(import.meta.dirname, '../../node_modules/.cache/test-code');

/** Arguments of the fixture `tiny-gateway.ts`. */
export function gatewayArgs(dir: string, port: number, onConflict = 'fail'): string[] {
  return ['--dir', dir, '--port', String(port), '--on-conflict', onConflict];
}

/** Starts a fixture (or any script, by absolute path) with this Node; it is killed when the test ends. */
export function startProgram(
  t: TestContext,
  fixture: string,
  args: readonly string[],
  options: { env?: NodeJS.ProcessEnv; prefix?: readonly string[]; execArgv?: readonly string[] } = {},
): Program {
  const script = fixture.startsWith('/') ? fixture : join(import.meta.dirname, 'fixtures', fixture);
  const command = [process.execPath, ...(options.execArgv ?? []), script, ...args];
  const [program = '', ...rest] = [...(options.prefix ?? []), ...command];
  const env = { NODE_COMPILE_CACHE: CODE_CACHE, ...process.env, ...options.env };
  const child = spawn(program, rest, { stdio: ['ignore', 'pipe', 'pipe'], env });
  const events: ProgramEvent[] = [];
  const listeners = new Set<() => void>();
  let printed = '';
  let open = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const lines = `${open}${text}`.split('\n');
    open = lines.pop() ?? '';
    for (const line of lines) events.push({ ...JSON.parse(line), seenMs: performance.now() });
    for (const look of listeners) look();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    printed = `${printed}${text}`.slice(-4000);
  });
  const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) =>
    child.once('close', (code, signal) => resolve({ code, signal })),
  );
  const end = () => {
    child.kill('SIGCONT');
    child.kill('SIGKILL');
    return exited;
  };
  cleanUp(t, end);
  return {
    pid: child.pid ?? 0,
    child,
    events,
    exited,
    until: (fits, deadlineMs = PATIENCE_MS) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = events.find((e) => (typeof fits === 'string' ? e.event === fits : fits(e)));
          if (found === undefined) return;
          clearTimeout(timer);
          listeners.delete(look);
          resolve(found);
        };
        const timer = setTimeout(() => {
          listeners.delete(look);
          reject(new Error(`no ${fits} within ${deadlineMs} ms; seen ${JSON.stringify(events)} ${printed}`));
        }, deadlineMs);
        listeners.add(look);
        look();
      }),
  };
}

/** A directory of its own for one test. */
export function temporaryDirectory(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'clawdbot-supervisor-'));
  cleanUp(t, () => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** Looks every 20 ms until the condition gives a value; rejects after the deadline. */
export async function eventually<T>(
  look: () => T | undefined | Promise<T | undefined>,
  deadlineMs = PATIENCE_MS,
): Promise<T> {
  const giveUpAt = performance.now() + deadlineMs;
  for (;;) {
    const value = await look();
    if (value !== undefined) return value;
    if (performance.now() > giveUpAt) throw new Error(`not within ${deadlineMs} ms: ${look}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
