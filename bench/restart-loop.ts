import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import type { Command } from './whole-process.ts';

/** What systemd is to a unit with `Restart=always`, reduced to that. */
export type RestartLoop = {
  /** Starts after the first. */
  restarts: () => number;
  /** CPU time in ms of all lives so far and of everything they started. */
  cpuMs: () => number;
  stop: () => Promise<void>;
};

/** Clock ticks of /proc/PID/stat: 100 a second on every Linux that Node runs on (proc(5), USER_HZ). */
const MS_PER_TICK = 10;

/** Starts the command again whenever it has ended, `restartMs` later. Only one at a time: ended children are counted together. */
export function startRestartLoop({ command, args, env }: Command, restartMs: number): RestartLoop {
  const endedBefore = endedChildrenMs();
  let starts = 0;
  let child: ChildProcess | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isStopping = false;
  const launch = (): void => {
    starts += 1;
    child = spawn(command, args, { stdio: 'ignore', env: env ?? process.env });
    child.once('exit', () => {
      child = undefined;
      if (!isStopping) timer = setTimeout(launch, restartMs);
    });
  };
  launch();
  return {
    restarts: () => starts - 1,
    cpuMs: () =>
      endedChildrenMs() - endedBefore + (child?.pid === undefined ? 0 : treeCpuNs(child.pid) / 1e6),
    stop: async () => {
      isStopping = true;
      clearTimeout(timer);
      const last = child;
      if (last === undefined) return;
      const ended = new Promise((resolve) => last.once('exit', resolve));
      last.kill('SIGTERM');
      await ended;
    },
  };
}

/** CPU time of all ended and awaited children of this process, with theirs (cutime and cstime, proc(5)). */
function endedChildrenMs(): number {
  const stat = readFileSync('/proc/self/stat', 'latin1');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[13]) + Number(fields[14])) * MS_PER_TICK;
}

/** CPU time of a process and its children in ns (schedstat, proc(5)); 0 when it has just ended. */
function treeCpuNs(pid: number): number {
  try {
    const threads = readdirSync(`/proc/${pid}/task`);
    const own = threads.map((thread) =>
      Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'latin1').split(' ')[0]),
    );
    const children = threads.flatMap((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/children`, 'latin1').trim().split(' ').filter(Boolean),
    );
    return [...own, ...children.map((child) => treeCpuNs(Number(child)))].reduce((sum, ns) => sum + ns, 0);
  } catch {
    return 0;
  }
}
