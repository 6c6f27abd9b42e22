import type { FileFact, FileFacts } from './file-facts.ts';
import type { HostFacts } from './host-facts.ts';
import { CWD_FD, descriptorPath, type PinnedFile } from './plan.ts';
import type { ResolvedPath } from './resolve-path.ts';
import { type ResolvedProgram, resolveProgram } from './resolve-program.ts';

/** The start of an argument vector that runs one program and nothing else. */
export type PinnedProgram = {
  kind: 'pinned';
  /** Index of what the kernel executes (the interpreter, for a script). */
  executable: number;
  /** `argv[0]` of a direct start. */
  name: string;
  /** The words that start it from inside another program: a path, or an interpreter with its script. */
  words: readonly [string, ...string[]];
  /** True when the file is a script run by an interpreter. */
  script: boolean;
};

export type PinRefusal = { kind: 'unusable'; reason: string };

/** Collects the files of one plan and hands out descriptor numbers. */
export type Pins = {
  files: readonly PinnedFile[];
  program(program: ResolvedProgram): PinnedProgram | PinRefusal;
  /** A file that is an operand; `copy` gives the path under which the command reads the compared bytes. */
  operand(path: ResolvedPath & { called: string }, reach: 'copy' | 'compared'): string;
};

// A digest costs about 1 ms per MiB; beyond this the identity (inode, size, times) has to do.
const MAX_DIGEST_BYTES = 256 * 1024 * 1024;
// Linux reads 256 bytes of a script for its first line (BINPRM_BUF_SIZE).
const SHEBANG_BYTES = 256;

/** Starts an empty collection. */
export function newPins(files: FileFacts, host: HostFacts, cwd: string): Pins {
  const pinned: PinnedFile[] = [];
  const byCalled = new Map<string, number>();
  let nextFd = CWD_FD + 1;

  function add(path: ResolvedPath & { called: string }, wanted: 'run' | 'copy' | 'compared'): number {
    const key = `${wanted}:${path.called}`;
    const known = byCalled.get(key);
    if (known !== undefined) return known;
    const by =
      wanted === 'compared' ? 'compared' : path.fixed ? 'path' : wanted === 'run' ? 'descriptor' : 'copy';
    const digest = path.fixed ? undefined : files.digest(path.real, MAX_DIGEST_BYTES);
    pinned.push({
      path: path.real,
      calledAs: path.called,
      ...identity(path.fact),
      ...(digest === undefined ? {} : { digest }),
      reach: by === 'descriptor' || by === 'copy' ? { by, fd: nextFd++ } : { by },
    });
    byCalled.set(key, pinned.length - 1);
    return pinned.length - 1;
  }

  function reference(index: number): string {
    const file = pinned[index];
    if (file === undefined) throw new Error(`cannot find pinned file ${index}`);
    return 'fd' in file.reach ? descriptorPath(file.reach.fd) : file.path;
  }

  return {
    files: pinned,
    operand(path, reach) {
      return reference(add(path, reach));
    },
    program(program) {
      const head = files.read(program.real, { maxBytes: SHEBANG_BYTES, whole: false });
      if (head === undefined) return { kind: 'unusable', reason: `${program.real} cannot be read` };
      if (isElf(head)) {
        const executable = add(program, 'run');
        const word = wordFor(program, reference(executable));
        return { kind: 'pinned', executable, name: program.name, words: [word], script: false };
      }
      const line = interpreterLine(head);
      if (line === undefined) {
        return {
          kind: 'unusable',
          reason: `${program.real} is neither a program nor a script with a usable #! line`,
        };
      }
      const found = resolveProgram(line.interpreter, { cwd, files, host });
      if (found.kind === 'missing')
        return { kind: 'unusable', reason: `#! of ${program.real}: ${found.reason}` };
      const interpreter = found.program;
      if (interpreter.looseness !== undefined) {
        return { kind: 'unusable', reason: `#! of ${program.real}: ${interpreter.looseness}` };
      }
      const interpreterHead = files.read(interpreter.real, { maxBytes: SHEBANG_BYTES, whole: false });
      if (interpreterHead === undefined || !isElf(interpreterHead)) {
        return { kind: 'unusable', reason: `#! of ${program.real}: ${interpreter.real} is itself a script` };
      }
      const executable = add(interpreter, 'run');
      const script = reference(add(program, 'copy'));
      return {
        kind: 'pinned',
        executable,
        name: interpreter.called,
        words: [wordFor(interpreter, reference(executable)), ...line.options, script],
        script: true,
      };
    },
  };
}

/** The identity fields of a fact. */
export function identity(fact: FileFact): Pick<PinnedFile, 'dev' | 'ino' | 'size' | 'mtimeNs' | 'ctimeNs'> {
  const { dev, ino, size, mtimeNs, ctimeNs } = fact;
  return { dev, ino, size, mtimeNs, ctimeNs };
}

/** Programs like xz look at their own name; a fixed path keeps the name it was called by. */
function wordFor(program: ResolvedProgram, reference: string): string {
  if (!program.fixed || lastName(program.called) === lastName(program.real)) return reference;
  return program.called;
}

function lastName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function isElf(head: Buffer): boolean {
  return head.length >= 4 && head.readUInt32BE(0) === 0x7f454c46;
}

/**
 * The first line of a script: an absolute interpreter and at most one option, as execve(2) reads it.
 * `#!/usr/bin/env NAME` is understood as NAME from the search path; `env` with options is not.
 */
function interpreterLine(head: Buffer): { interpreter: string; options: readonly string[] } | undefined {
  const end = head.indexOf(0x0a);
  const text = head.toString('utf8', 0, end < 0 ? head.length : end);
  if ((end < 0 && head.length >= SHEBANG_BYTES) || !text.startsWith('#!')) return undefined;
  const [, interpreter, rest] = /^#![ \t]*(\/[^ \t]*)(?:[ \t]+(.*?))?[ \t]*$/.exec(text) ?? [];
  if (interpreter === undefined || text.includes('\0')) return undefined;
  if (!/^\/(usr\/)?bin\/env$/.test(interpreter)) return { interpreter, options: rest ? [rest] : [] };
  return rest !== undefined && /^[A-Za-z0-9][A-Za-z0-9._+-]*$/.test(rest)
    ? { interpreter: rest, options: [] }
    : undefined;
}
