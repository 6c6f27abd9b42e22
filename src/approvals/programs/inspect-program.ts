import type { FileFacts } from '../file-facts.ts';
import { type Arguments, isCertainOperand, knownTexts } from './arguments.ts';
import { type CarriedCommand, readFind } from './find-expression.ts';
import { checkGit } from './git-command.ts';
import { readOptions } from './option-table.ts';
import { OPTION_TABLES } from './option-tables.ts';
import { isInertSedScript } from './sed-script.ts';

/** What a program that can start others would start with these arguments. */
export type Inspection =
  | { kind: 'inert' }
  | { kind: 'carries'; commands: readonly CarriedCommand[] }
  /** `isOfPlace`: the arguments start nothing, what lies in the directory might. */
  | { kind: 'unread'; reason: string; isOfPlace?: true };

/** Reads the arguments of a program of kind `optional`. */
export function inspectProgram(
  name: string,
  args: Arguments,
  context: { cwd: string | undefined; files: FileFacts },
): Inspection {
  if (isVersionQuery(args)) return { kind: 'inert' };
  if (name === 'git') return checkGit(args, context);
  if (name === 'sed') return inspectSed(args);
  if (name === 'find') {
    const read = readFind(args);
    if (read.kind === 'unread') return read;
    return read.carried.length === 0 ? { kind: 'inert' } : { kind: 'carries', commands: read.carried };
  }
  if (COMPILERS.has(name)) return inspectCompiler(args);
  const table = OPTION_TABLES.get(name);
  if (table === undefined) return unread(`the options of ${name} are not known`);
  const read = readOptions(args, table);
  if (read.kind === 'unread') return unread(`${name}: ${read.reason}`);
  if (table.accept === undefined) return { kind: 'inert' };
  const operands = read.operands.map((index) => {
    const arg = args[index];
    return arg?.known === true ? arg.text : undefined;
  });
  const values = new Map(read.options.map(({ name: option, value }) => [option, value]));
  return table.accept({ values, operands })
    ? { kind: 'inert' }
    : unread(`${name} could start a program with these arguments`);
}

/** One argument that makes nearly every program print something about itself and stop. */
export function isVersionQuery(args: Arguments): boolean {
  const texts = knownTexts(args);
  return texts?.length === 1 && /^(--version|--help|-V|-version)$/.test(texts[0] ?? '');
}

function inspectSed(args: Arguments): Inspection {
  const read = readOptions(args, {
    flags: 'nErsuz',
    valued: 'e',
    long: ['quiet', 'silent', 'regexp-extended', 'separate', 'unbuffered', 'null-data', 'posix', 'debug'],
    longValued: ['expression'],
    longOptional: ['in-place'],
    // -i takes its suffix attached; only the bare form is read.
    ...(args.some((arg) => arg.known && arg.text === '-i') ? { flags: 'nErsuzi' } : {}),
  });
  if (read.kind === 'unread') return unread(`sed: ${read.reason}`);
  const scripts = read.options.flatMap(({ name, value }) =>
    /^(-e|--expression)$/.test(name) ? [value ?? ''] : [],
  );
  if (scripts.length === 0) {
    const first = read.operands[0];
    const script = first === undefined ? undefined : args[first];
    if (script?.known !== true) return unread('the script of sed is only known later');
    scripts.push(script.text);
  }
  // Several scripts are joined by line ends; one that ends with a backslash would swallow the next.
  const inert = scripts.every((script) => isInertSedScript(script) && !script.endsWith('\\'));
  return inert
    ? { kind: 'inert' }
    : unread('the script of sed has commands that are not known to start nothing');
}

const COMPILERS = new Set(['gcc', 'cc', 'g++', 'c++', 'clang', 'clang++']);
const COMPILER_ARGUMENTS =
  /^([^-@].*|-[cESv]|-pipe|-static|-shared|-pthread|-ansi|-pedantic|-s|-w|-O[0-3sgz]?|-g[0-9]?|-W[a-z][a-z0-9=+-]*|-std=[a-z0-9+]+|-m[a-z0-9=.-]+|-f[a-z][a-z-]*|-[DUIL].+|-l[A-Za-z0-9_+.-]+|-MM?D?)$/;

/** Compiling starts the compiler's own passes; without `-wrapper`, `-B`, `-specs`, plugins and `@file` nothing else. */
function inspectCompiler(args: Arguments): Inspection {
  for (const [index, arg] of args.entries()) {
    const before = args[index - 1];
    if (before?.known === true && /^-[oI]$/.test(before.text) && arg.known) continue;
    if (!arg.known || arg.text === '-o' || arg.text === '-I') {
      if (arg.known || isCertainOperand(arg)) continue;
      return unread('an argument of the compiler is only known later');
    }
    // -Wl, -Wa, and -Wp, hand options to other programs; plugins are loaded code.
    if (!COMPILER_ARGUMENTS.test(arg.text) || /^-W[lap],|^-fplugin|^-fuse-ld|^-B/.test(arg.text)) {
      return unread(`the option ${arg.text} of the compiler is not known to start nothing`);
    }
  }
  return { kind: 'inert' };
}

function unread(reason: string): { kind: 'unread'; reason: string } {
  return { kind: 'unread', reason };
}
