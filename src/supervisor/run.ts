import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { systemErrorCode } from '../state/index.ts';
import { findProgram } from './find-program.ts';
import { withParentDeath } from './parent-death.ts';
import { lookUpProcess } from './process-facts.ts';
import { makeRunGroup, removeRunGroup } from './run-group.ts';
import { RUN_VARIABLE } from './run-processes.ts';
import { SUPERVISOR_VARIABLE } from './starter.ts';
import { findTrustedHelper } from './trusted-helper.ts';

/** One life of one program under the supervisor. */
export type Run = {
  pid: number;
  startTicks: number;
  /** Value of the mark that every process of this run carries in its environment. */
  runId: string;
  /** Directory of the cgroup that is its own, see `makeRunGroup`. */
  group: string | undefined;
  /** Settles when the main process has ended. Never rejects. */
  ended: Promise<{ exitCode: number | null; signal: NodeJS.Signals | null }>;
  /** The last lines of both outputs, oldest first. */
  lastLines: () => readonly string[];
};

export type RunStart = { kind: 'started'; run: Run } | { kind: 'failed'; spawnError: string };

/** 20 lines tell a stack trace and its message; longer lines are cut so that a record stays below 16 KiB. */
const KEPT_LINES = 20;
const KEPT_LINE_LENGTH = 400;
/** 50 ms: output written just before the end is still in the pipe when the exit arrives. */
const FLUSH_MS = 50;

/**
 * Starts a program in a session and, where possible, a cgroup of its own, marked for {@link findRunProcesses}, with its
 * output read line by line.
 * It is sent SIGTERM by the kernel if this process dies.
 */
export async function startRun(options: {
  command: readonly [string, ...string[]];
  cwd: string;
  env: Readonly<Record<string, string | undefined>>;
  /** Descriptors the program owns together with us, as 3, 4, …: the lock of a service it serves. */
  sharedFds?: readonly number[];
  onLine: (line: string) => void;
}): Promise<RunStart> {
  const [name, ...args] = options.command;
  const program = findProgram(name, { cwd: options.cwd, searchPath: options.env.PATH ?? '' });
  if (program.kind === 'missing') return { kind: 'failed', spawnError: 'ENOENT' };
  if (program.kind === 'forbidden') return { kind: 'failed', spawnError: 'EACCES' };
  const runId = randomUUID();
  const group = makeRunGroup(runId);
  const [file = '', ...fileArgs] = [...inGroup(group), ...withParentDeath('TERM'), program.path, ...args];
  const child = spawn(file, fileArgs, {
    cwd: options.cwd,
    env: { ...options.env, [RUN_VARIABLE]: runId, [SUPERVISOR_VARIABLE]: String(process.pid) },
    stdio: ['ignore', 'pipe', 'pipe', ...(options.sharedFds ?? [])],
    detached: true,
  });
  const failure = await spawnFailure(child);
  if (failure !== undefined || child.pid === undefined) {
    if (group !== undefined) removeRunGroup(group);
    return { kind: 'failed', spawnError: failure ?? 'UNKNOWN' };
  }
  const lines = keepLines(child, options.onLine);
  const found = lookUpProcess(child.pid);
  return {
    kind: 'started',
    run: {
      pid: child.pid,
      startTicks: found.kind === 'alive' ? found.facts.startTicks : 0,
      runId,
      group,
      ended: endOf(child),
      lastLines: () => lines,
    },
  };
}

/** Node cannot start a process in a cgroup; a shell that becomes the program moves itself there first. */
function inGroup(group: string | undefined): string[] {
  const shell = findTrustedHelper('sh');
  if (group === undefined || shell === undefined) return [];
  return [shell, '-c', '{ echo 0 > "$0/cgroup.procs"; } 2> /dev/null; exec "$@"', group];
}

function spawnFailure(child: ChildProcess): Promise<string | undefined> {
  return new Promise((resolve) => {
    child.once('spawn', () => resolve(undefined));
    child.once('error', (cause) => resolve(systemErrorCode(cause) ?? cause.message));
  });
}

function keepLines(child: ChildProcess, onLine: (line: string) => void): readonly string[] {
  const kept: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    let open = '';
    stream?.setEncoding('utf8');
    stream?.on('data', (text: string) => {
      const lines = `${open}${text}`.split('\n');
      open = (lines.pop() ?? '').slice(0, KEPT_LINE_LENGTH);
      for (const line of lines) {
        kept.push(line.slice(0, KEPT_LINE_LENGTH));
        if (kept.length > KEPT_LINES) kept.shift();
        onLine(line);
      }
    });
    stream?.on('close', () => {
      if (open !== '') kept.push(open);
    });
  }
  return kept;
}

/** Waits for the exit, not for the pipes: a grandchild may keep those open for ever. */
async function endOf(
  child: ChildProcess,
): Promise<{ exitCode: number | null; signal: NodeJS.Signals | null }> {
  const end = await new Promise<{ exitCode: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once('exit', (exitCode, signal) => resolve({ exitCode, signal }));
  });
  await delay(FLUSH_MS);
  child.stdout?.destroy();
  child.stderr?.destroy();
  return end;
}
