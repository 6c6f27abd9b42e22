import { isHarmlessVariable } from '../environment.ts';
import type { Arguments } from '../programs/arguments.ts';
import type { WordValue } from './syntax.ts';

/** How a name without a slash is treated when a shell would run its own command of that name. */
export type BuiltinReading =
  /** Not a builtin of dash or bash: a file from the search path. */
  | { kind: 'none' }
  /** Starts nothing: sets a status, leaves a loop, reads a line into a variable, looks for a name. */
  | { kind: 'inert' }
  | { kind: 'directory'; target: string }
  /** The file of the same name does the same with these operands, and is what will be started. */
  | { kind: 'file' }
  | { kind: 'refused'; reason: string };

const BUILTINS = new Set(
  `. : [ alias bg bind break builtin caller cd chdir command compgen complete compopt continue declare dirs disown echo
   enable eval exec exit export false fc fg getopts hash help history jobs kill let local logout mapfile popd printf
   pushd pwd read readarray readonly return set shift shopt source suspend test times trap true type typeset ulimit
   umask unalias unset wait`.split(/\s+/),
);

/** Reads a command name with its operands as the builtin it may be. */
export function readBuiltin(name: string, args: Arguments): BuiltinReading {
  if (!BUILTINS.has(name)) return { kind: 'none' };
  switch (name) {
    case ':':
    case 'true':
    case 'false':
      return { kind: 'inert' };
    case 'break':
    case 'continue':
      return args.length === 0 ? { kind: 'inert' } : refused(name);
    case 'exit':
      return args.length === 0 || (args.length === 1 && isLiteral(args[0], /^\d{1,3}$/))
        ? { kind: 'inert' }
        : refused(name);
    case 'set':
      return args.length === 1 && isLiteral(args[0], /^[-+][eu]+$/) ? { kind: 'inert' } : refused(name);
    case 'read':
      // bash evaluates subscripts in names; -r is the only option both shells have.
      return args.length >= 2 &&
        isLiteral(args[0], /^-r$/) &&
        args.slice(1).every((arg) => isLiteral(arg, /^[a-z][a-z0-9_]*$/))
        ? { kind: 'inert' }
        : refused(name);
    case 'command':
      return args.length === 2 && isLiteral(args[0], /^-v$/) && isLiteral(args[1], /^[A-Za-z0-9._+-]+$/)
        ? { kind: 'inert' }
        : refused(name);
    case 'type':
      return args.length > 0 && args.every((arg) => isLiteral(arg, /^[A-Za-z0-9._+][A-Za-z0-9._+-]*$/))
        ? { kind: 'inert' }
        : refused(name);
    case 'export':
      return args.length > 0 && args.every(isHarmlessAssignment) ? { kind: 'inert' } : refused(name);
    case 'cd':
      return readDirectory(args);
    case 'echo':
      // Shells differ in escapes and options; what runs here is the file, whatever its arguments.
      return { kind: 'file' };
    case 'printf':
      return isLiteral(args[0], /^[^-]/) ? { kind: 'file' } : refused(name);
    case 'pwd':
      return args.length === 0 ? { kind: 'file' } : refused(name);
    case 'kill':
      return args.every((arg) => isLiteral(arg, /^(-[A-Z0-9]+|\d+)$/)) ? { kind: 'file' } : refused(name);
    case 'test':
      return isPlainTest(args) ? { kind: 'file' } : refused(name);
    case '[':
      return isLiteral(args.at(-1), /^\]$/) && isPlainTest(args.slice(0, -1))
        ? { kind: 'file' }
        : refused(name);
    default:
      return refused(name);
  }
}

function readDirectory(args: Arguments): BuiltinReading {
  const [target, ...more] = args[0]?.known === true && args[0].text === '--' ? args.slice(1) : args;
  if (target?.known !== true || more.length > 0 || target.text === '' || target.text.startsWith('-'))
    return refused('cd');
  // A shell follows ".." by name, the kernel by directory; at the start of the word they agree, because every
  // directory that a line reaches here is a real one.
  const rest = target.text.replace(/^(\.\.(\/+|$))+/, '');
  return rest.split('/').includes('..') ? refused('cd') : { kind: 'directory', target: target.text };
}

const UNARY = /^-[bcdefghLknprsStuwxzGO]$/;
const BINARY = /^(=|!=|-eq|-ne|-lt|-le|-gt|-ge|-nt|-ot|-ef)$/;

/** The forms POSIX fixes by their number of operands; `-v`, `-a`, `-o` and brackets are not among them. */
function isPlainTest(args: Arguments): boolean {
  const [first, ...rest] = args;
  if (args.length > 1 && isLiteral(first, /^!$/)) return isPlainTest(rest);
  const [second, third] = rest;
  if (args.length === 1) return isOperand(first);
  if (args.length === 2) return isLiteral(first, UNARY) && isOperand(second);
  return args.length === 3 && isOperand(first) && isLiteral(second, BINARY) && isOperand(third);
}

function isOperand(arg: WordValue | undefined): boolean {
  if (arg === undefined) return false;
  return arg.known ? !/^[-!()]/.test(arg.text) || /^-\d+$/.test(arg.text) : arg.fields === 'one';
}

function isHarmlessAssignment(arg: WordValue): boolean {
  const [, name, value] = (arg.known ? /^([A-Z_]+)=(.*)$/s.exec(arg.text) : null) ?? [];
  return name !== undefined && value !== undefined && isHarmlessVariable(name, value);
}

function isLiteral(arg: WordValue | undefined, form: RegExp): boolean {
  return arg?.known === true && form.test(arg.text);
}

function refused(name: string): BuiltinReading {
  return { kind: 'refused', reason: `the shell's own ${name} is not read in this form` };
}
