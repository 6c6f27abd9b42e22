import type { FileFact, FileFacts } from './file-facts.ts';
import type { HostFacts } from './host-facts.ts';
import { CWD_FD, descriptorPath, type PinnedFile } from './plan.ts';
import type { ResolvedPath } from './resolve-path.ts';
import { type ResolvedProgram, resolveProgram } from './resolve-program.ts';
import { HEAD_BYTES, interpreterLine, isElf, scriptReach } from './script-start.ts';

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
  /** The words by which an interpreter runs a script, after its own options. */
  script(path: ResolvedPath & { called: string }, interpreter: ResolvedPath): readonly string[];
  /** A file the command opens by itself: compared at the start. */
  operand(path: ResolvedPath & { called: string }): void;
};

// A digest costs about 1 ms per MiB; beyond this the identity (inode, size, times) has to do.
const MAX_DIGEST_BYTES = 256 * 1024 * 1024;
// A script is read to see how it can be started; larger ones are data with a first line.
const MAX_SCRIPT_BYTES = 4 * 1024 * 1024;
// The kernel follows four interpreters that are scripts themselves (execve(2)).
const MAX_INTERPRETERS = 4;

/** Starts an empty collection. */
export function newPins(files: FileFacts, host: HostFacts, cwd: string): Pins {
  const pinned: PinnedFile[] = [];
  const byCalled = new Map<string, number>();
  let nextFd = CWD_FD + 1;

  function add(path: ResolvedPath & { called: string }, wanted: 'descriptor' | 'copy' | 'compared'): number {
    const key = `${wanted}:${path.called}`;
    const known = byCalled.get(key);
    if (known !== undefined) return known;
    const by = wanted !== 'compared' && path.fixed ? 'path' : wanted;
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

  function pinScript(path: ResolvedPath & { called: string }, interpreter: ResolvedPath): readonly string[] {
    if (path.fixed) return [reference(add(path, 'descriptor'))];
    const content = files.read(path.real, { maxBytes: MAX_SCRIPT_BYTES, whole: true });
    switch (scriptReach(interpreter.real, content)) {
      case 'sourced':
        return ['-c', `. ${reference(add(path, 'copy'))}`, path.called];
      case 'opened':
        return [reference(add(path, 'descriptor'))];
      case 'named':
        add(path, 'compared');
        return [path.called];
    }
  }

  function pinProgram(program: ResolvedProgram, depth: number): PinnedProgram | PinRefusal {
    const head = files.read(program.real, { maxBytes: HEAD_BYTES, whole: false });
    if (head === undefined) return { kind: 'unusable', reason: `${program.real} cannot be read` };
    if (isElf(head)) {
      const executable = add(program, 'descriptor');
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
    const refuse = (reason: string): PinRefusal => ({
      kind: 'unusable',
      reason: `#! of ${program.real}: ${reason}`,
    });
    if (depth >= MAX_INTERPRETERS) return refuse('too many interpreters');
    const found = resolveProgram(line.interpreter, { cwd, files, host });
    if (found.kind === 'missing') return refuse(found.reason);
    if (found.program.looseness !== undefined) return refuse(found.program.looseness);
    const interpreter = pinProgram(found.program, depth + 1);
    if (interpreter.kind === 'unusable') return interpreter;
    const words = [...line.options, ...pinScript(program, found.program)];
    const name = interpreter.script ? interpreter.name : found.program.called;
    return { ...interpreter, name, words: [...interpreter.words, ...words], script: true };
  }

  return {
    files: pinned,
    program: (program) => pinProgram(program, 0),
    script: pinScript,
    operand: (path) => {
      add(path, 'compared');
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
