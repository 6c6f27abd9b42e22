import { readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';
import { type ListeningSocket, parseProcNet } from './proc-net.ts';
import { bootId, bootIdSeenBy, lookUpProcess, monotonicMs } from './process-facts.ts';
import { readProcNet } from './read-proc-net.ts';
import { findSocketHolders, type SocketHolders } from './socket-holders.ts';
import { findStarter, type Starter } from './starter.ts';

/** One process that has a listening socket open. */
export type ListenerProcess = {
  pid: number;
  /** What it calls itself in its own pid namespace (a container); equal to `pid` in ours. */
  innerPid: number;
  startTicks: number;
  /** As it sees it, where that may be read; else as we see it. */
  bootId: string;
  uid: number;
  /** What the process calls itself; display only. */
  name: string;
  /** Path of the program file, undefined when it may not be read. */
  program: string | undefined;
  /** Run state letter of /proc/PID/stat: `T` means stopped. */
  runState: string;
  ageMs: number;
  starter: Starter;
};

/** A listening TCP socket with everyone who has it open. */
export type Listener = ListeningSocket & {
  holders: readonly ListenerProcess[];
  /** Why `holders` may be incomplete or empty; undefined when every process could be seen. */
  hidden: string | undefined;
};

/** 1.5 s: below the 2 s that a status command may take in all (field failure F-16). */
const DEFAULT_DEADLINE_MS = 1500;

/**
 * Lists listening TCP sockets of this network namespace, both families, with every process that has each one open.
 * Reads /proc only, starts no program, and ends at its deadline with an honest `hidden` instead of a guess.
 */
export function inspectListeners(options: { port?: number; deadlineMs?: number } = {}): Listener[] {
  const deadline = monotonicMs() + (options.deadlineMs ?? DEFAULT_DEADLINE_MS);
  const sockets = listListeningSockets().filter(
    (socket) => options.port === undefined || socket.port === options.port,
  );
  if (sockets.length === 0) return [];
  const found = findSocketHolders(new Set(sockets.map((socket) => socket.inode)), deadline);
  const boot = bootId();
  return sockets.map((socket) => {
    const pids = found.pidsByInode.get(socket.inode) ?? [];
    return {
      ...socket,
      holders: pids.flatMap((pid) => describeProcess(pid, boot)),
      hidden: whyHidden(pids, found),
    };
  });
}

/** The listening TCP sockets of this network namespace, both families, without their processes: one read of two files. */
export function listListeningSockets(): ListeningSocket[] {
  return [...parseProcNet(readProcNet('tcp'), 'ipv4'), ...parseProcNet(readProcNet('tcp6'), 'ipv6')];
}

function describeProcess(pid: number, boot: string): ListenerProcess[] {
  const found = lookUpProcess(pid);
  if (found.kind !== 'alive') return [];
  const { startTicks, uid, name, runState } = found.facts;
  const program = programOf(pid);
  return [
    {
      pid,
      innerPid: innerPid(pid),
      startTicks,
      bootId: bootIdSeenBy(pid) ?? boot,
      uid,
      name: displayName(name, program),
      program,
      runState,
      ageMs: Math.max(0, bootTimeMs() - startTicks * MS_PER_TICK),
      starter: findStarter(pid),
    },
  ];
}

/** Node 22 and later name their main thread `MainThread`; the program file says more. */
function displayName(name: string, program: string | undefined): string {
  return name === 'MainThread' && program !== undefined ? basename(program) : name;
}

/** USER_HZ is 100 on every architecture Node supports (sysconf(_SC_CLK_TCK)). */
const MS_PER_TICK = 10;

/** Start ticks count from boot including suspend, as /proc/uptime does. */
function bootTimeMs(): number {
  return Number(readFileSync('/proc/uptime', 'latin1').split(' ')[0]) * 1000;
}

/** Last number of NSpid in /proc/PID/status: one per nested pid namespace, from ours inwards (proc_pid_status(5)). */
function innerPid(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'latin1');
    return Number(/^NSpid:.*\s(\d+)$/m.exec(status)?.[1] ?? pid);
  } catch {
    return pid;
  }
}

function programOf(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/exe`);
  } catch {
    return undefined;
  }
}

function whyHidden(pids: readonly number[], found: SocketHolders): string | undefined {
  if (found.cutShort) return 'the search for its processes was stopped at its deadline';
  if (pids.length > 0) return undefined;
  return found.hiddenPids.length > 0
    ? `${found.hiddenPids.length} processes of other accounts may not be inspected; root sees them`
    : 'no process of this pid namespace has it open (a container or another namespace holds it)';
}
