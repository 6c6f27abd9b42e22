import type { ChildProcess } from 'node:child_process';
import { type CollectedOutput, createOutputBudget, type OutputStream } from './output-budget.ts';
import { findRunProcesses } from './run-processes.ts';

/** Why the node ended a process before it was done. */
export type EndReason = 'timeout' | 'cancel' | 'disconnect' | 'shutdown';

/** Everything known about the end of a run. */
export type GroupEnd = CollectedOutput & {
  /** Absent after a signal, a failed start or a forced end. */
  exitCode?: number;
  signal?: NodeJS.Signals;
  endedBy?: EndReason;
  /** `spawn X ENOENT`. */
  spawnError?: string;
  durationMs: number;
};

export type GroupOptions = {
  /** The child, started `detached` (its own session and process group) with stdout and stderr as pipes. */
  child: ChildProcess;
  /** The value of RUN_MARK in the environment of the child; whoever inherited it belongs to the run. */
  mark: string;
  maxOutputBytes: number;
  /** No limit when undefined. */
  timeoutMs: number | undefined;
  /** Between SIGTERM and SIGKILL. Default 2000. */
  graceMs?: number;
  /** Sees everything, also what is beyond the cap. While its promise is open the stream is not read. */
  onOutput?: (stream: OutputStream, chunk: Buffer) => Promise<void> | undefined;
};

export type RunningGroup = {
  /** Settles, never rejects, when the child has ended, its output is read and, after a forced end, nobody of it is left. */
  readonly ended: Promise<GroupEnd>;
  /** SIGTERM to everybody, after the grace SIGKILL. The first reason stays. */
  end(reason: EndReason): void;
  /** SIGKILL at once. */
  kill(reason: EndReason): void;
};

/** After the child itself has ended normally, a background process may hold its pipes open; so long they are read. */
const DRAIN_MS = 500;
/** How often a group that was told to end is looked at. */
const POLL_MS = 25;
/** A process in uninterruptible sleep outlives SIGKILL; nobody waits longer than this for it. */
const AFTER_KILL_MS = 1_000;

/** Watches over one started process group: output, time limit, forced end of all its processes. */
export function watchGroup(options: GroupOptions): RunningGroup {
  const { child, mark, onOutput } = options;
  const startedAt = performance.now();
  const budget = createOutputBudget(options.maxOutputBytes);
  const finished = Promise.withResolvers<GroupEnd>();
  const exited = Promise.withResolvers<{
    code: number | null;
    signal: NodeJS.Signals | null;
    error?: string;
  }>();
  let endedBy: EndReason | undefined;
  /** Looks around that are older say nothing about this run. */
  let lastChangeAt = startedAt;
  let killTimer: NodeJS.Timeout | undefined;
  let openChunks = 0;

  const streamsEnded = Promise.all((['stdout', 'stderr'] as const).map((name) => readStream(name)));
  child.once('error', (error) => exited.resolve({ code: null, signal: null, error: error.message }));
  child.once('exit', (code, signal) => exited.resolve({ code, signal }));
  const limit =
    options.timeoutMs === undefined
      ? undefined
      : setTimeout(() => end('timeout'), clampTimer(options.timeoutMs));
  void settle();

  function readStream(name: OutputStream): Promise<void> {
    const pipe = child[name];
    if (pipe === null) return Promise.resolve();
    pipe.on('data', (chunk: Buffer) => {
      budget.take(name, chunk);
      const busy = onOutput?.(name, chunk);
      if (busy === undefined) return;
      openChunks += 1;
      pipe.pause();
      void busy.finally(() => {
        openChunks -= 1;
        pipe.resume();
      });
    });
    return new Promise((resolve) => {
      pipe.once('close', () => resolve());
      pipe.once('error', () => resolve());
    });
  }

  async function settle(): Promise<void> {
    const exit = await exited.promise;
    clearTimeout(limit);
    if (exit.error === undefined) {
      await Promise.race([streamsEnded, drained()]);
      if (endedBy !== undefined) await allGone();
    }
    clearTimeout(killTimer);
    child.stdout?.destroy();
    child.stderr?.destroy();
    finished.resolve({
      ...budget.finish(),
      ...(exit.code === null || endedBy !== undefined ? {} : { exitCode: exit.code }),
      ...(exit.signal === null ? {} : { signal: exit.signal }),
      ...(endedBy === undefined ? {} : { endedBy }),
      ...(exit.error === undefined ? {} : { spawnError: exit.error }),
      durationMs: Math.round(performance.now() - startedAt),
    });
  }

  async function drained(): Promise<void> {
    do await pause(DRAIN_MS);
    while (openChunks > 0 && endedBy === undefined);
  }

  async function allGone(): Promise<void> {
    const deadline = performance.now() + (options.graceMs ?? GRACE_MS) + AFTER_KILL_MS;
    while (performance.now() < deadline) {
      if (!isAnybodyLeft()) return;
      await pause(POLL_MS);
    }
  }

  function end(reason: EndReason): void {
    if (endedBy !== undefined) return;
    endedBy = reason;
    signalAll('SIGTERM');
    killTimer = setTimeout(() => signalAll('SIGKILL'), options.graceMs ?? GRACE_MS);
  }

  function kill(reason: EndReason): void {
    endedBy ??= reason;
    clearTimeout(killTimer);
    signalAll('SIGKILL');
  }

  function isAnybodyLeft(): boolean {
    const left = findRunProcesses({ group: child.pid, mark }, lastChangeAt);
    return left === undefined ? groupExists(child.pid) : left.length > 0;
  }

  /** The whole group at once, then those that left it. */
  function signalAll(signal: NodeJS.Signals): void {
    const members = findRunProcesses({ group: child.pid, mark }, lastChangeAt) ?? [];
    if (child.pid !== undefined) trySignal(-child.pid, signal);
    for (const { pid, hasLeft } of members) if (hasLeft) trySignal(pid, signal);
    lastChangeAt = performance.now();
  }

  return { ended: finished.promise, end, kill };
}

const GRACE_MS = 2_000;

/** setTimeout fires at once above 2^31-1 ms; a longer limit is as good as none. */
function clampTimer(ms: number): number {
  return Math.min(ms, 2_147_483_647);
}

function groupExists(pid: number | undefined): boolean {
  if (pid === undefined) return false;
  try {
    return process.kill(-pid, 0);
  } catch {
    return false;
  }
}

function trySignal(target: number, signal: NodeJS.Signals): void {
  try {
    process.kill(target, signal);
  } catch {
    // Gone meanwhile (ESRCH), or it took another account (EPERM): nothing this process could do about either.
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
