import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readFileSync,
  readlinkSync,
  readSync,
  statSync,
} from 'node:fs';
import { systemErrorCode } from '../state/index.ts';

/** What names one life of one process: a pid alone is reused, a pid with its start tick on one boot is not. */
export type ProcessIdentity = {
  pid: number;
  /** Field 22 of /proc/PID/stat: clock ticks after boot at which the process started (proc_pid_stat(5)). */
  startTicks: number;
  /** /proc/sys/kernel/random/boot_id, as the process itself sees it. */
  bootId: string;
};

/** Facts of one process, read in one go from /proc/PID. */
export type ProcessFacts = {
  pid: number;
  parentPid: number;
  startTicks: number;
  /** Group and session, as in setpgid(2) and setsid(2). */
  processGroup: number;
  session: number;
  /** One letter: R S D T t Z X … (`T` is stopped by a signal, `Z` is dead but not reaped). */
  runState: string;
  /** At most 15 characters, whatever the process called itself. Never proof of anything. */
  name: string;
  /** Owner of /proc/PID: the effective uid, or 0 for a process that may not be dumped (proc(5)). */
  uid: number;
};

export type ProcessLookup =
  | { kind: 'alive'; facts: ProcessFacts }
  | { kind: 'absent' }
  | { kind: 'unreadable'; reason: string };

/** Looks one process up in this pid namespace. A zombie counts as `absent`: it holds no lock and no socket any more. */
export function lookUpProcess(pid: number): ProcessLookup {
  try {
    const uid = statSync(`/proc/${pid}`).uid;
    const facts = parseStat(readFileSync(`/proc/${pid}/stat`, 'latin1'), uid);
    if (facts === undefined) return { kind: 'unreadable', reason: `/proc/${pid}/stat has an unknown form` };
    return facts.runState === 'Z' || facts.runState === 'X' ? { kind: 'absent' } : { kind: 'alive', facts };
  } catch (cause) {
    const code = systemErrorCode(cause);
    // ESRCH: the process went away between open and read.
    if (code === 'ENOENT' || code === 'ESRCH') return { kind: 'absent' };
    return { kind: 'unreadable', reason: `cannot read /proc/${pid}/stat (${code ?? 'unknown error'})` };
  }
}

/** Whether a process is stopped, by a signal or by a tracer. */
export function isStopped(pid: number): boolean {
  const found = lookUpProcess(pid);
  return found.kind === 'alive' && found.facts.runState.toUpperCase() === 'T';
}

/**
 * Reads the text of /proc/PID/stat. The name may hold blanks and brackets, so fields are counted after the *last* `)`.
 * Undefined when the text has another form.
 */
export function parseStat(text: string, uid: number): ProcessFacts | undefined {
  const open = text.indexOf('(');
  const close = text.lastIndexOf(')');
  if (open < 0 || close < open) return undefined;
  const fields = text
    .slice(close + 1)
    .trim()
    .split(' ');
  const [runState, parentPid, processGroup, session] = fields;
  const facts = {
    pid: Number(text.slice(0, open)),
    parentPid: Number(parentPid),
    startTicks: Number(fields[19]),
    processGroup: Number(processGroup),
    session: Number(session),
    runState: runState ?? '',
    name: text.slice(open + 1, close),
    uid,
  };
  const numbers = [facts.pid, facts.parentPid, facts.startTicks, facts.processGroup, facts.session];
  return numbers.every(Number.isSafeInteger) && facts.runState.length === 1 ? facts : undefined;
}

/** Identity of this very process. */
export function selfIdentity(): ProcessIdentity {
  const facts = parseStat(readFileSync('/proc/self/stat', 'latin1'), process.getuid?.() ?? 0);
  return { pid: process.pid, startTicks: facts?.startTicks ?? 0, bootId: bootId() };
}

/** The id the kernel drew at this boot, as this process sees it. Another process may see another, see {@link bootIdSeenBy}. */
export function bootId(): string {
  return readFileSync(BOOT_ID, 'latin1').trim();
}

const BOOT_ID = '/proc/sys/kernel/random/boot_id';
/** 36 characters and a line end. */
const BOOT_ID_BYTES = 64;

/**
 * The boot id as another process sees it; undefined when its root may not be entered (PTRACE_MODE_READ, proc_pid_root(5)).
 * systemd-nspawn mounts an id of its own over the kernel's (nspawn.c, setup_boot_id), and a unit that gets a fresh /proc
 * (`ProtectProc=`, `ProcSubset=`) sees the kernel's again: two ids on one boot, and each says what it sees.
 */
export function bootIdSeenBy(pid: number): string | undefined {
  let fd: number | undefined;
  try {
    // The other process decides what lies there: nothing that blocks, nothing but a file, no more than an id.
    fd = openSync(
      `/proc/${pid}/root${BOOT_ID}`,
      constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW,
    );
    if (!fstatSync(fd).isFile()) return undefined;
    const buffer = Buffer.alloc(BOOT_ID_BYTES);
    return buffer.toString('latin1', 0, readSync(fd, buffer)).trim();
  } catch {
    return undefined;
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

/** Whether that very process runs now. */
export function isAlive({ pid, startTicks, bootId: boot }: ProcessIdentity): boolean {
  const found = lookUpProcess(pid);
  if (found.kind !== 'alive' || found.facts.startTicks !== startTicks) return false;
  return boot === bootId() || boot === bootIdSeenBy(pid);
}

/** Inode of a process's pid namespace (`pid:[4026531836]`), undefined when it may not be read. */
export function pidNamespace(pid: number | 'self' = 'self'): number | undefined {
  try {
    return Number(/\[(\d+)\]/.exec(readlinkSync(`/proc/${pid}/ns/pid`))?.[1]);
  } catch {
    return undefined;
  }
}

/** The system's monotonic clock in ms: one clock for all processes of a boot, never set back (clock_gettime(2)). */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint() / 1_000_000n);
}
