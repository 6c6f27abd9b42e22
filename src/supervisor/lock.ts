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

/** 2 s: the helper does one system call; on a machine where it needs longer, nothing else would work either. */
const ATTEMPT_TIMEOUT_MS = 2000;

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
    const outcome = await runFlock(directory, {
      wait: 'no',
      signal: AbortSignal.timeout(ATTEMPT_TIMEOUT_MS),
    });
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
 * Waits until the owner is gone, however it ended, and then owns the lock. The wait is one process blocked in the
 * kernel: it uses no CPU and is woken at once. It ends with this process (SIGKILL included).
 * @returns undefined when `signal` cancelled the wait
 * @throws `lock/unavailable` as {@link tryLock}
 */
export async function waitForLock(options: {
  stateDir: string;
  /** Pause before a killed helper is replaced, default 50 ms. */
  restartMs?: number;
  signal: AbortSignal;
}): Promise<Lock | undefined> {
  const directory = openStateDirectory(options.stateDir);
  try {
    for (;;) {
      const outcome = await runFlock(directory, { wait: 'yes', signal: options.signal });
      if (outcome === 'locked') return asLock(directory);
      if (outcome === 'cancelled') {
        closeSync(directory.fd);
        return undefined;
      }
      // Somebody killed the helper: wait again.
      await delay(options.restartMs ?? HELPER_RESTART_MS);
    }
  } catch (thrown) {
    closeSync(directory.fd);
    throw thrown;
  }
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

type FlockOutcome = 'locked' | 'held' | 'cancelled' | 'helper-killed';

async function runFlock(
  directory: OpenDirectory,
  options: { wait: 'yes' | 'no'; signal: AbortSignal },
): Promise<FlockOutcome> {
  if (options.signal.aborted) return 'cancelled';
  const child = startFlock(directory, options.wait);
  const cancel = () => child.kill('SIGKILL');
  options.signal.addEventListener('abort', cancel, { once: true });
  try {
    const end = await endOf(child);
    if (end.status === 0) return 'locked';
    if (options.signal.aborted) return 'cancelled';
    if (end.signal !== null) return 'helper-killed';
    // 1 without a word is "somebody else holds it", in util-linux as in busybox; every other failure speaks.
    if (end.status === 1 && end.complaint === '' && options.wait === 'no') return 'held';
    throw unavailable(directory.path, end.complaint || `flock ended with ${end.status ?? end.signal}`);
  } finally {
    options.signal.removeEventListener('abort', cancel);
  }
}

function startFlock(directory: OpenDirectory, wait: 'yes' | 'no'): ChildProcess {
  const flock = findTrustedHelper('flock');
  if (flock === undefined)
    throw unavailable(directory.path, 'the program flock (util-linux) is not installed');
  // A waiting helper must not outlive us: for a moment it would own a lock that nobody serves. Where nothing guards it
  // (the sandbox of a system unit), the manager ends it with the unit.
  const command = wait === 'no' ? [flock, '-n', '-x', '3'] : [...withParentDeath('KILL'), flock, '-x', '3'];
  const [program = flock, ...args] = command;
  return spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe', directory.fd], env: { LC_ALL: 'C' } });
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
