import { type ChildProcess, spawn } from 'node:child_process';
import { PATIENCE_MS } from '../../patience.ts';

/** How a child ended and everything it said. */
export type Ended = {
  exitCode: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
  durationMs: number;
};

/** A running program whose output can be waited for. */
export type Child = {
  readonly pid: number;
  /** Standard output and standard error in the order they came. */
  output(): string;
  /** Resolves when the output holds `text`. @throws when the child ends first or the deadline passes, with the output */
  waitForOutput(text: string | RegExp, deadlineMs?: number): Promise<void>;
  ended: Promise<Ended>;
  /** Ends the whole process group: the signal, then SIGKILL after the grace. Resolves when it is gone. */
  stop(signal?: NodeJS.Signals, graceMs?: number): Promise<Ended>;
};

export type ChildSpec = {
  command: readonly [string, ...string[]];
  env: Readonly<Record<string, string>>;
  cwd: string;
  /** Text for standard input; it is closed after that. Default: closed at once. */
  stdin?: string;
};

/**
 * Starts a program in its own process group, so that wrappers and their workers end together. It ends with us, too, when
 * nobody can stop it any more because the test was killed (prctl(2), PDEATHSIG).
 */
export function startChild(spec: ChildSpec): Child {
  const startedAt = performance.now();
  const child = spawn('/usr/bin/setpriv', ['--pdeathsig', 'TERM', '--', ...spec.command], {
    env: spec.env,
    cwd: spec.cwd,
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const said = { all: '', stdout: '', stderr: '' };
  const listeners = new Set<() => void>();
  const hear = (stream: 'stdout' | 'stderr') => (chunk: string) => {
    said[stream] += chunk;
    said.all += chunk;
    for (const listener of listeners) listener();
  };
  child.stdout.setEncoding('utf8').on('data', hear('stdout'));
  child.stderr.setEncoding('utf8').on('data', hear('stderr'));
  child.stdin.on('error', () => {}); // a program that ends without reading makes this EPIPE; its exit status says enough
  child.stdin.end(spec.stdin ?? '');

  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode, signal) =>
      resolve({
        exitCode,
        signal,
        stdout: said.stdout,
        stderr: said.stderr,
        durationMs: performance.now() - startedAt,
      }),
    );
  });
  ended.catch(() => {}); // owned by whoever awaits `ended`; a spawn error must not end the test process before that
  return {
    pid: child.pid ?? -1,
    output: () => said.all,
    waitForOutput: (text, deadlineMs = PATIENCE_MS) =>
      waitFor(text, deadlineMs, said, listeners, ended, spec),
    ended,
    stop: (signal = 'SIGTERM', graceMs = 5_000) => stopGroup(child, ended, signal, graceMs),
  };
}

async function waitFor(
  text: string | RegExp,
  deadlineMs: number,
  said: { all: string },
  listeners: Set<() => void>,
  ended: Promise<Ended>,
  spec: ChildSpec,
): Promise<void> {
  const seen = (): boolean => (typeof text === 'string' ? said.all.includes(text) : text.test(said.all));
  let timer: NodeJS.Timeout | undefined;
  let check = (): void => {};
  const what = `cannot see ${text} in the output of ${spec.command.slice(0, 4).join(' ')}`;
  try {
    await Promise.race([
      new Promise<void>((resolve) => {
        check = () => (seen() ? resolve() : undefined);
        listeners.add(check);
        check();
      }),
      new Promise<never>((_, reject) => {
        timer = setTimeout(
          () => reject(new Error(`${what} within ${deadlineMs} ms:\n${said.all}`)),
          deadlineMs,
        );
      }),
      ended.then((end) => {
        if (!seen()) throw new Error(`${what}: it ended with ${end.exitCode ?? end.signal}:\n${said.all}`);
      }),
    ]);
  } finally {
    clearTimeout(timer);
    listeners.delete(check);
  }
}

async function stopGroup(
  child: ChildProcess,
  ended: Promise<Ended>,
  signal: NodeJS.Signals,
  graceMs: number,
): Promise<Ended> {
  signalGroup(child, signal);
  const timer = setTimeout(() => signalGroup(child, 'SIGKILL'), graceMs);
  try {
    return await ended;
  } finally {
    clearTimeout(timer);
  }
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // ESRCH: the group is gone already, which is what was wanted
  }
}
