import type { WordValue } from '../shell/syntax.ts';
import { type Arguments, isCertainOperand } from './arguments.ts';

/** A find command line: starts nothing, starts these programs, or is not understood. */
export type FindReading =
  | { kind: 'read'; carried: readonly CarriedCommand[] }
  | { kind: 'unread'; reason: string };

/** A command inside the arguments: `program` is the index of its word, `end` the index behind its last argument. */
export type CarriedCommand = { program: number; end: number; args: readonly WordValue[] };

const PLAIN = new Set(
  `-print -print0 -ls -prune -quit -depth -d -mount -xdev -follow -not -a -and -o -or -true -false -readable -writable
   -executable -daystart -noleaf -nouser -nogroup -empty ! ( ) , -ignore_readdir_race -noignore_readdir_race -nowarn
   -warn`.split(/\s+/),
);
const VALUED = new Set(
  `-name -iname -path -ipath -wholename -iwholename -regex -iregex -regextype -type -xtype -maxdepth -mindepth -mtime
   -mmin -atime -amin -ctime -cmin -newer -anewer -cnewer -newermt -newerat -newerct -size -perm -user -group -uid -gid
   -links -inum -samefile -lname -ilname -fstype -used -printf`.split(/\s+/),
);

/**
 * Reads a find expression: tests and prints, and `-exec PROGRAM … ;` or `+`. Everything else (`-execdir`, `-ok`,
 * `-delete`, `-fprint`, a test of a later version) is refused.
 */
export function readFind(args: Arguments): FindReading {
  const carried: CarriedCommand[] = [];
  let index = 0;
  for (; ; index += 1) {
    const arg = args[index];
    if (arg === undefined) break;
    if (arg.known && /^-[HLP]$/.test(arg.text)) continue;
    if (!isCertainOperand(arg) || (arg.known && /^[!(),]/.test(arg.text))) break;
  }
  const starts = args.slice(0, index);
  for (; index < args.length; index += 1) {
    const arg = args[index];
    if (arg === undefined || !arg.known) return unread('an argument of find is only known later');
    if (PLAIN.has(arg.text)) continue;
    if (VALUED.has(arg.text)) {
      index += 1;
      if (args[index]?.known !== true) return unread(`the value of ${arg.text} is only known later`);
      continue;
    }
    if (arg.text !== '-exec') return unread(`${arg.text} of find is not known to start nothing`);
    const command = readExec(args, index + 1, starts);
    if (command.kind === 'unread') return command;
    carried.push(command.carried);
    index = command.carried.end;
  }
  return { kind: 'read', carried };
}

function readExec(
  args: Arguments,
  program: number,
  starts: Arguments,
): { kind: 'read'; carried: CarriedCommand } | { kind: 'unread'; reason: string } {
  const end = args.findIndex((_arg, at) => at >= program && endsExec(args, at, program));
  if (end <= program) return unread('the command of -exec is not closed');
  const found = foundName(starts);
  const inner: WordValue[] = [];
  for (const arg of args.slice(program, end)) {
    if (!arg.known) return unread('an argument of -exec is only known later');
    const at = arg.text.indexOf('{}');
    if (at < 0) inner.push(arg);
    else if (inner.length === 0) return unread('the program of -exec is only known later');
    else inner.push({ known: false, prefix: at === 0 ? found : arg.text.slice(0, at), fields: 'matches' });
  }
  return { kind: 'read', carried: { program, end, args: inner } };
}

/** `;` alone ends it; `+` only right behind `{}` (find(1)). */
function endsExec(args: Arguments, at: number, program: number): boolean {
  const arg = args[at];
  if (arg?.known !== true || at === program) return false;
  const before = args[at - 1];
  return arg.text === ';' || (arg.text === '+' && before?.known === true && before.text === '{}');
}

/** What every found name begins with: its starting point. */
function foundName(starts: Arguments): string {
  const points = starts.filter((start) => !(start.known && /^-[HLP]$/.test(start.text)));
  if (points.length === 0) return '.';
  const [first] = points;
  if (points.length > 1 || first === undefined) return '';
  return first.known ? first.text : first.prefix;
}

function unread(reason: string): { kind: 'unread'; reason: string } {
  return { kind: 'unread', reason };
}
