import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, statSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { OpsError } from '../state/index.ts';
import { withParentDeath } from './parent-death.ts';
import { type OpenDirectory, openStateDirectory } from './state-directory.ts';
import { findTrustedHelper } from './trusted-helper.ts';

/** The right to serve a state directory. Held by the kernel for this process until `release`, exit or SIGKILL. */
export type Lock = {
  /** Canonical path of the state directory. */
  stateDir: string;
  /** The locked descriptor. Hand it to a child only when that child is meant to own the service too. */
  fd: number;
  /** False once the path leads to another directory or nowhere (somebody moved or re-created it: field failure F-06). */
  stillAtPath: () => boolean;
  /** Gives the lock back. Further calls do nothing. */
  release: () => void;
};

export type LockAttempt = { kind: 'acquired'; lock: Lock } | { kind: 'held'; stateDir: string };

/**
 * 10 s: the helper does one system call, but a busy machine may not run it for seconds, and a start that gives up then
 * blames the file system for it.
 */
const ATTEMPT_TIMEOUT_MS = 10_000;

/** 50 ms: keeps a wait whose helpers are killed in a loop from becoming a storm of its own. */
const HELPER_RESTART_MS = 50;

/**
 * Tries once to become the owner of a state directory, without waiting.
 *
 * The lock is flock(2) on the directory's own inode: there is no lock file that a cleaner could remove, every path,
 * bind mount and namespace that leads to the directory meets the same lock, and the kernel drops it with the last
 * descriptor. Node cannot call flock(2), so util-linux `flock` is given our descriptor: the lock belongs to the open
 * file description, which stays ours when the helper has exited (flock(2), flock(1) "flock 9").
 * @throws `lock/unavailable` when the helper is missing or the file system refuses (NFS wants a writable descriptor)
 */
export async function tryLock(stateDir: string): Promise<LockAttempt> {
  const directory = openStateDirectory(stateDir);
  try {
    const child = startHelper(directory.path, (flock) => [flock, '-n', '-x', '3'], [directory.fd]);
    const outcome = await waitForHelper(child, directory.path, AbortSignal.timeout(ATTEMPT_TIMEOUT_MS));
    if (outcome === 'locked') return { kind: 'acquired', lock: asLock(directory) };
    if (outcome !== 'held') {
      const why =
        outcome === 'cancelled' ? `no answer within ${ATTEMPT_TIMEOUT_MS} ms` : 'its helper was killed';
      throw unavailable(directory.path, why);
    }
    closeSync(directory.fd);
    return { kind: 'held', stateDir: directory.path };
  } catch (thrown) {
    closeSync(directory.fd);
    throw thrown;
  }
}

/**
 * Waits until the owner is gone, however it ended, and then owns the lock. The wait is a process blocked in the kernel: it
 * uses no CPU and is woken at once. It ends with this process (SIGKILL included).
 *
 * A process that is stopped (SIGSTOP, Ctrl-Z, a debugger) when its turn comes does not get the lock: it could not serve.
 * Its helper, which runs in a session of its own, passes the lock on, and `place` with it, and queues again when the
 * process goes on.
 * @returns undefined when `signal` cancelled the wait
 * @throws `lock/unavailable` as {@link tryLock}
 */
export async function waitForLock(options: {
  stateDir: string;
  /** Queue for this first: only who has it waits for the lock. One helper does both, so that no moment is without one. */
  place?: Place;
  signal: AbortSignal;
}): Promise<Lock | undefined> {
  const { signal } = options;
  const directory = openStateDirectory(options.stateDir);
  const fds = [directory.fd, ...(options.place === undefined ? [] : [options.place.fd])];
  try {
    while (!signal.aborted) {
      const child = startHelper(directory.path, waitingCommand, fds);
      child.stdout?.once('data', () => {
        if (options.place !== undefined) options.place.isOurs = true;
      });
      const outcome = await waitForHelper(child, directory.path, signal);
      if (outcome === 'locked') return asLock(directory);
      if (outcome === 'held') throw unavailable(directory.path, 'flock did not wait');
      // Somebody killed the helper: wait again.
      if (outcome === 'helper-killed') await delay(restartDelay(options.place));
    }
    closeSync(directory.fd);
    return undefined;
  } catch (thrown) {
    closeSync(directory.fd);
    throw thrown;
  }
}

/** A place in the queue before the one for the lock: the kernel's lock on a directory of its own. */
export type Place = {
  fd: number;
  /** It has been taken, by a helper of ours. */
  isOurs: boolean;
  leave: () => void;
};

/** For {@link waitForLock}, which takes it. @throws as {@link tryLock} for a directory that cannot be opened */
export function openPlace(path: string): Place {
  const { fd } = openStateDirectory(path);
  return { fd, isOurs: false, leave: () => closeSync(fd) };
}

/**
 * Somebody who kills all helpers at once must not make all of a queue start one at once, before the owner's heir: each
 * start is 10 ms of CPU, and a queue of 60 is spread over 0.8 s.
 */
function restartDelay(place: Place | undefined): number {
  const isInQueue = place !== undefined && !place.isOurs;
  return HELPER_RESTART_MS + (isInQueue ? Math.round(Math.random() * 750) : 0);
}

function asLock(directory: OpenDirectory): Lock {
  let released = false;
  return {
    stateDir: directory.path,
    fd: directory.fd,
    stillAtPath: () => {
      try {
        const now = statSync(directory.path);
        return now.dev === directory.device && now.ino === directory.inode;
      } catch {
        return false; // gone, or no longer reachable for this account: a start would not find it either
      }
    },
    release: () => {
      if (released) return;
      released = true;
      closeSync(directory.fd);
    },
  };
}

/**
 * Takes the place, if there is one (descriptor 4), then the lock (3). `$PPID` is the process that waits; its run state in
 * /proc/PID/status is `T` or `t` while it is stopped (proc_pid_status(5)). A shell that is told that flock was killed goes
 * the same way, so that whoever started it sees that.
 */
const WAIT = `
is_stopped() {
  while read -r key state _; do
    [ "$key" = State: ] || continue
    case $state in [Tt]) return 0 ;; *) return 1 ;; esac
  done < "/proc/$PPID/status"
  return 1
}
take() {
  "$@" && return
  status=$?
  [ "$status" -gt 128 ] && kill -KILL $$
  exit "$status"
}
flock=$1 count=$2
shift 2
while :; do
  [ "$count" = 1 ] || { take "$@" "$flock" -x 4; echo place; }
  take "$@" "$flock" -x 3
  is_stopped || exit 0
  "$flock" -u 3
  [ "$count" = 1 ] || "$flock" -u 4
  while is_stopped; do sleep 1; done
done
`;

/** Carries {@link WAIT}: as an argument its twenty lines would be what `ps` and `systemctl status` show of a standby. */
const WAIT_VARIABLE = 'CLAWDBOT_WAIT';

/** Nobody of it may outlive us: for a moment it would own a lock that nobody serves. */
function waitingCommand(flock: string, count: number): string[] {
  const guard = withParentDeath('KILL');
  const shell = [findTrustedHelper('sh') ?? '/bin/sh', '-c', `eval "$${WAIT_VARIABLE}"`, 'clawdbot-waits'];
  return [...guard, ...shell, flock, String(count), ...guard];
}

function startHelper(
  path: string,
  command: (flock: string, count: number) => readonly string[],
  fds: readonly number[],
): ChildProcess {
  const flock = findTrustedHelper('flock');
  if (flock === undefined) throw unavailable(path, 'the program flock (util-linux) is not installed');
  const [program = flock, ...args] = command(flock, fds.length);
  return spawn(program, args, {
    stdio: ['ignore', 'pipe', 'pipe', ...fds],
    env: { LC_ALL: 'C', PATH: '/usr/bin:/bin', [WAIT_VARIABLE]: WAIT },
    // A session and group of its own: what stops or interrupts ours does not reach it.
    detached: true,
  });
}

type Outcome = 'locked' | 'held' | 'cancelled' | 'helper-killed';

async function waitForHelper(child: ChildProcess, path: string, signal: AbortSignal): Promise<Outcome> {
  const cancel = () => killGroup(child);
  signal.addEventListener('abort', cancel, { once: true });
  try {
    const end = await endOf(child);
    if (end.status === 0) return 'locked';
    if (signal.aborted) return 'cancelled';
    if (end.signal !== null) return 'helper-killed';
    // 1 without a word is "somebody else holds it", in util-linux as in busybox; every other failure speaks.
    if (end.status === 1 && end.complaint === '') return 'held';
    throw unavailable(path, end.complaint || `flock ended with ${end.status ?? end.signal}`);
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}

function killGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // It ended between the wish and the kill.
  }
}

type End = { status: number | null; signal: NodeJS.Signals | null; complaint: string };

function endOf(child: ChildProcess): Promise<End> {
  return new Promise((resolve) => {
    let complaint = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      complaint = `${complaint}${text}`.slice(0, 500);
    });
    child.once('error', (cause) => resolve({ status: null, signal: null, complaint: cause.message }));
    child.once('close', (status, signal) => resolve({ status, signal, complaint: complaint.trim() }));
  });
}

function unavailable(stateDir: string, why: string): OpsError {
  return new OpsError('lock/unavailable', `cannot take the lock of ${stateDir}: ${why}`, {
    evidence: { stateDir, why },
    remedies: [
      {
        kind: 'read',
        text: 'Install util-linux (flock) and keep the state directory on a local file system.',
      },
    ],
  });
}
