import { programKind } from './programs/program-kinds.ts';

/** The first line of a script: its interpreter (a path, or a name from the search path) and at most one option. */
export type InterpreterLine = { interpreter: string; options: readonly string[] };

// Linux reads 256 bytes of a script for its first line (BINPRM_BUF_SIZE).
export const HEAD_BYTES = 256;

/**
 * Reads the first line as execve(2) does. `#!/usr/bin/env NAME` is understood as NAME from the search path; `env`
 * with options is not, and neither is a line that is cut off.
 */
export function interpreterLine(head: Buffer): InterpreterLine | undefined {
  const end = head.indexOf(0x0a);
  const text = head.toString('utf8', 0, end < 0 ? head.length : end);
  if ((end < 0 && head.length >= HEAD_BYTES) || !text.startsWith('#!')) return undefined;
  const [, interpreter, rest] = /^#![ \t]*(\/[^ \t]*)(?:[ \t]+(.*?))?[ \t]*$/.exec(text) ?? [];
  if (interpreter === undefined || text.includes('\0')) return undefined;
  if (!/^\/(usr\/)?bin\/env$/.test(interpreter)) return { interpreter, options: rest ? [rest] : [] };
  const isName = rest !== undefined && /^[A-Za-z0-9][A-Za-z0-9._+-]*$/.test(rest);
  return isName ? { interpreter: rest, options: [] } : undefined;
}

/** Whether a file is a program the kernel runs by itself. */
export function isElf(head: Buffer): boolean {
  return head.length >= 4 && head.readUInt32BE(0) === 0x7f454c46;
}

/**
 * How an interpreter gets a script that could be changed while it starts.
 * `sourced`: `sh -c '. COPY' NAME ARGUMENTS` runs the compared bytes and keeps `$0`.
 * `opened`: the interpreter opens the compared inode through its descriptor; python takes its module path from where
 * that leads, which has to be the script's own directory and not that of a copy.
 * `named`: it opens the path by itself, right after the comparison; for interpreters that follow a descriptor back to
 * its path anyway (node), and for bash scripts that look at `BASH_SOURCE`.
 */
export type ScriptReach = 'sourced' | 'opened' | 'named';

export function scriptReach(interpreterPath: string, content: Buffer | undefined): ScriptReach {
  const { kind, name } = programKind(interpreterPath);
  if (kind === 'shell' || SHELLS.has(name)) {
    return content === undefined || content.includes('BASH_SOURCE') ? 'named' : 'sourced';
  }
  return OPENERS.has(name) ? 'opened' : 'named';
}

const SHELLS = new Set(['ash', 'ksh', 'mksh', 'zsh', 'posh', 'yash']);
const OPENERS = new Set([
  'python',
  'pypy',
  'perl',
  'ruby',
  'php',
  'lua',
  'awk',
  'gawk',
  'mawk',
  'sed',
  'make',
  'tclsh',
]);
