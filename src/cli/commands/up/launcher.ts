import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import { OPS_CODES, OpsError } from '../../../state/index.ts';
import type { Cli } from '../../cli.ts';

/** Two child processes of this program, started and stopped together. */
export type Launcher = {
  start(name: string, args: readonly string[]): void;
  /**
   * The result of the work; undefined when a signal came first.
   * @throws `child/died` when one of the children ended first
   */
  race<T>(work: Promise<T>): Promise<T | undefined>;
  /** Aborts when it is time to stop, for whatever reason. */
  readonly stopping: AbortSignal;
  /** Settles at SIGINT, SIGTERM or SIGHUP. */
  readonly toldToStop: Promise<void>;
  /** Ends the children, last started first, and gives the exit status. Repeated calls join the first. */
  stop(): Promise<number>;
};

type Child = { name: string; process: ChildProcess; ended: Promise<string> };

/** 20 s: a drain of 5 s and some; then SIGKILL for the group. */
const STOP_MS = 20_000;

/** Starts nothing yet. A second signal shortens the stop to a kill. */
export function startLauncher({ cli, note }: { cli: Cli; note: (text: string) => void }): Launcher {
  const children: Child[] = [];
  const abort = new AbortController();
  const told = Promise.withResolvers<undefined>();
  const died = Promise.withResolvers<never>();
  // Rejections are looked at by `race`; one that comes between two races must not end the process.
  died.promise.catch(() => {});
  let stopping: Promise<number> | undefined;
  let signalled = false;
  const onSignal = (signal: NodeJS.Signals) => {
    if (signalled) for (const child of children) endGroup(child, 'SIGKILL');
    else note(`\n${signal}: stopping`);
    signalled = true;
    abort.abort();
    told.resolve(undefined);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);

  return {
    stopping: abort.signal,
    toldToStop: told.promise,
    race: (work) => Promise.race([work, told.promise, died.promise]),
    start: (name, args) => {
      const child = launch(cli, name, args);
      children.push(child);
      void child.ended.then((how) => {
        if (stopping === undefined && !signalled) died.reject(deathError(child, how));
        abort.abort();
      });
    },
    stop: () => {
      stopping ??= stopAll(children, note);
      return stopping;
    },
  };
}

/**
 * A process group of its own: Ctrl-C reaches only the launcher, which then stops the children in order. The channel
 * lets a child notice that the launcher is gone (see endWithParent).
 */
function launch(cli: Cli, name: string, args: readonly string[]): Child {
  const [, script = ''] = process.argv;
  const child = spawn(process.execPath, [...process.execArgv, script, ...args], {
    env: cli.env,
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(`did not start: ${error.message}`));
    child.once('exit', (code, signal) =>
      resolve(signal === null ? `ended with status ${code}` : `was ended by ${signal}`),
    );
  });
  return { name, process: child, ended };
}

/** The child has said on stderr why; its exit class is passed on. */
function deathError({ name, process: child }: Child, how: string): OpsError {
  const wanted = child.exitCode;
  const code =
    wanted === OPS_CODES['port/in-use']
      ? 'lock/held'
      : wanted === OPS_CODES['gateway/closed']
        ? 'gateway/closed'
        : 'child/died';
  return new OpsError(code, `cannot keep the ${name} up: it ${how}; its reason is above`);
}

async function stopAll(children: readonly Child[], note: (text: string) => void): Promise<number> {
  let status = 0;
  for (const child of [...children].reverse()) {
    const timer = setTimeout(() => {
      note(`the ${child.name} did not stop within ${STOP_MS / 1000} s and is killed`);
      status = 1;
      endGroup(child, 'SIGKILL');
    }, STOP_MS);
    endGroup(child, 'SIGTERM');
    await child.ended;
    clearTimeout(timer);
  }
  return status;
}

/** The group outlives its leader when the leader left something behind; so the group is addressed, not the process. */
function endGroup({ process: child }: Child, signal: NodeJS.Signals): void {
  if (child.pid === undefined || constants.signals[signal] === undefined) return;
  try {
    process.kill(signal === 'SIGKILL' ? -child.pid : child.pid, signal);
  } catch {
    // ended meanwhile
  }
}
