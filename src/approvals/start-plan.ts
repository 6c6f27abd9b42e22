import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { errorText } from '../state/index.ts';
import { digestOfDescriptor, toFileFact } from './file-facts.ts';
import { identity } from './pin-files.ts';
import { CWD_FD, descriptorPath, type PinnedFile, type StartPlan } from './plan.ts';

export type StartOutcome =
  | { kind: 'started'; child: ChildProcess }
  /** Something is not what the decision was about; nothing was started. */
  | { kind: 'changed'; reason: string };

/**
 * Starts exactly what was decided on. Every file is opened and compared; what runs is the open file, so a swap of
 * names between the decision, the comparison and the start loses. The caller owns the child; a failing execve
 * arrives as its `error` event.
 */
export function startPlan(
  plan: StartPlan,
  options: { stdin?: 'ignore' | 'pipe'; detached?: boolean } = {},
): StartOutcome {
  const opened = openPlan(plan);
  if (opened.kind === 'changed') return opened;
  try {
    const executable = plan.files[plan.executable];
    if (executable === undefined) return { kind: 'changed', reason: 'the plan names no executable' };
    const [name = executable.path, ...args] = plan.argv;
    const file = 'fd' in executable.reach ? descriptorPath(executable.reach.fd) : executable.path;
    const child = spawn(file, args, {
      argv0: name,
      // libuv changes directory after it has placed the descriptors, so this is the directory compared above.
      cwd: descriptorPath(CWD_FD),
      env: { ...plan.environment },
      stdio: [options.stdin ?? 'ignore', 'pipe', 'pipe', ...opened.descriptors],
      detached: options.detached ?? false,
    });
    return { kind: 'started', child };
  } finally {
    opened.close();
  }
}

/** Compares every file and the directory of a plan with what is there now, without starting anything. */
export function verifyPlan(plan: StartPlan): { kind: 'same' } | { kind: 'changed'; reason: string } {
  const opened = openPlan(plan);
  if (opened.kind === 'changed') return opened;
  opened.close();
  return { kind: 'same' };
}

type Opened =
  | { kind: 'opened'; descriptors: readonly number[]; close(): void }
  | { kind: 'changed'; reason: string };

// Linux: names the file without opening it; needs no read permission on the directory (open(2)).
const O_PATH = 0o10000000;
// Linux: a regular file that has no name (open(2)); Node has no constant for it.
const O_TMPFILE = 0o20000000 | fs.constants.O_DIRECTORY;

function openPlan(plan: StartPlan): Opened {
  const open: number[] = [];
  const close = () => {
    for (const fd of open.splice(0)) fs.closeSync(fd);
  };
  try {
    const cwd = fs.openSync(plan.cwd.path, O_PATH | fs.constants.O_DIRECTORY);
    open.push(cwd);
    const directory = toFileFact(fs.fstatSync(cwd, { bigint: true }));
    if (directory.dev !== plan.cwd.dev || directory.ino !== plan.cwd.ino) {
      close();
      return { kind: 'changed', reason: `the directory ${plan.cwd.path} is another one now` };
    }
    const descriptors = [cwd];
    for (const { path, calledAs } of [plan.cwd, ...plan.files]) {
      if (calledAs !== path && fs.realpathSync.native(calledAs) !== path) {
        close();
        return { kind: 'changed', reason: `${calledAs} leads to another file now` };
      }
    }
    for (const file of plan.files) {
      const fd = fs.openSync(file.path, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK);
      open.push(fd);
      const difference = compare(file, fd);
      if (difference !== undefined) {
        close();
        return { kind: 'changed', reason: `${file.path} ${difference}` };
      }
      if (file.reach.by === 'descriptor') descriptors[file.reach.fd - CWD_FD] = fd;
      if (file.reach.by === 'copy') {
        const copy = copyCompared(file, fd);
        if (copy === undefined) {
          close();
          return { kind: 'changed', reason: `${file.path} has other content now` };
        }
        open.push(copy);
        descriptors[file.reach.fd - CWD_FD] = copy;
      }
    }
    return { kind: 'opened', descriptors, close };
  } catch (cause) {
    close();
    return { kind: 'changed', reason: `cannot open what was decided on: ${errorText(cause)}` };
  }
}

function compare(file: PinnedFile, fd: number): string | undefined {
  const fact = toFileFact(fs.fstatSync(fd, { bigint: true }));
  const now = identity(fact);
  if (fact.kind !== 'file' || now.dev !== file.dev || now.ino !== file.ino) return 'is another file now';
  if (now.size !== file.size || now.mtimeNs !== file.mtimeNs || now.ctimeNs !== file.ctimeNs) {
    return 'was changed';
  }
  if (file.digest !== undefined && file.reach.by !== 'copy' && digestOfDescriptor(fd) !== file.digest) {
    return 'has other content now';
  }
  return undefined;
}

/** The compared bytes in a file without a name; undefined when they are not the ones decided on. */
function copyCompared(file: PinnedFile, fd: number): number | undefined {
  const bytes = fs.readFileSync(fd);
  if (createHash('sha256').update(bytes).digest('hex') !== file.digest) return undefined;
  const copy = openNameless();
  try {
    fs.writeSync(copy, bytes, 0, bytes.length, 0);
    return copy;
  } catch (cause) {
    fs.closeSync(copy);
    throw cause;
  }
}

/** Not every file system has nameless files, so several places are tried. */
function openNameless(): number {
  let failure: unknown;
  for (const directory of [tmpdir(), '/dev/shm', '/var/tmp']) {
    try {
      return fs.openSync(directory, O_TMPFILE | fs.constants.O_RDWR, 0o600);
    } catch (cause) {
      failure = cause;
    }
  }
  throw failure;
}
