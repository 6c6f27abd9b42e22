import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { median } from './row.ts';

export type Command = {
  command: string;
  args: readonly string[];
  env?: NodeJS.ProcessEnv;
  /** How it ends when all is well. Default 0. */
  status?: number;
};

/**
 * Median wall time in ms of whole processes, from spawn to exit. The commands take turns, so that what else the
 * machine does hits all of them alike; the first turn only warms caches.
 */
export function timeInTurns(commands: readonly Command[], turns: number): number[] {
  const times: number[][] = commands.map(() => []);
  for (let turn = 0; turn <= turns; turn += 1) {
    for (const [index, { command, args, env, status = 0 }] of commands.entries()) {
      const startedAt = performance.now();
      const result = spawnSync(command, args, { stdio: 'ignore', env: env ?? process.env });
      if (result.status !== status)
        throw new Error(`cannot measure ${command} ${args.join(' ')}: it ended with ${result.status}`);
      if (turn > 0) times[index]?.push(performance.now() - startedAt);
    }
  }
  return times.map(median);
}

/** Starts a server and gives the ms from spawn until `url` answered 200, with a way to end it. */
export async function timeToAnswer({ command, args, env }: Command, url: string, deadlineMs = 60_000) {
  const startedAt = performance.now();
  const child = spawn(command, args, { stdio: 'ignore', env: env ?? process.env });
  while (!(await answers(url))) {
    if (child.exitCode !== null)
      throw new Error(`cannot measure ${command} ${args.join(' ')}: it ended with ${child.exitCode}`);
    if (performance.now() - startedAt > deadlineMs)
      throw new Error(`cannot measure ${url}: no answer in ${deadlineMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  const ms = performance.now() - startedAt;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
  };
  return { ms, pid: child.pid ?? 0, stop };
}

/** Resident memory of a process in MB (VmRSS of /proc/PID/status, which is in KiB). */
export function residentMb(pid: number): number {
  const kib = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kib) / 1024;
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url);
    await response.arrayBuffer();
    return response.status === 200;
  } catch {
    return false;
  }
}
