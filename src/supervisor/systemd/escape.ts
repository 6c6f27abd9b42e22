import { OpsError } from '../../state/index.ts';

declare const safe: unique symbol;

/** Text that means exactly one value to systemd. Only the functions of this file make it. */
export type UnitText = string & { readonly [safe]: true };

/**
 * One argument of `ExecStart=` and its like: quoted, `\` and `"` escaped, `%` (specifier) and `$` (variable) doubled.
 * Source: systemd.service(5) "COMMAND LINES", systemd.unit(5) "SPECIFIERS".
 * @throws `unit/value` for what a unit file cannot hold
 */
export function quoteArgument(value: string): UnitText {
  return quoted(checked(value).replaceAll('$', '$$$$'));
}

/**
 * The program of `ExecStart=`. Variables are not expanded in it (systemd.service(5)), so `$` stays single; quotes and
 * backslashes are refused by systemd itself however they are escaped (load-fragment.c, string_is_safe).
 * @throws `unit/value`, also for a path that is not absolute
 */
function quoteExecutable(path: string): UnitText {
  if (/['"\\]/.test(path)) throw refused(path, 'is a program path with a quote or a backslash');
  return quoted(checkedPath(path));
}

/** One entry of a list of paths (`ReadWritePaths=`), where `$` means nothing. @throws `unit/value` */
export function quotePath(path: string): UnitText {
  return quoted(checkedPath(path));
}

/** A whole command line. The program comes first. @throws `unit/value` */
export function quoteCommand([program = '', ...args]: readonly string[]): UnitText {
  return asSafe([quoteExecutable(program), ...args.map(quoteArgument)].join(' '));
}

/** `NAME=value` for `Environment=`, where `$` means nothing (systemd.exec(5)). @throws `unit/value` */
export function quoteEnvironment(name: string, value: string): UnitText {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) throw refused(name, 'is no name of an environment variable');
  return quoted(`${name}=${checked(value)}`);
}

/**
 * A path for keys that take the rest of the line as it is (`WorkingDirectory=`).
 * Nothing can be quoted there, so a blank or backslash at the end, which the parser would eat, is refused.
 * @throws `unit/value`
 */
export function plainPath(path: string): UnitText {
  checkedPath(path);
  if (/[\s\\]$/.test(path)) throw refused(path, 'ends in a blank or a backslash');
  return asSafe(path.replaceAll('%', '%%'));
}

/**
 * `NAME:path` of `LoadCredential=`, where the path takes the rest of the line as it is. White space and backslashes are
 * refused: since systemd 255 they get lost between the manager and the program that starts the service ("Failed to
 * deserialize", seen with 257), and a path that works with 252 would fail after an upgrade. @throws `unit/value`
 */
export function asCredential(name: string, path: string): UnitText {
  if (/[:\s%]/.test(name)) throw refused(name, 'is no name of a credential');
  if (/[\s\\]/.test(path))
    throw refused(path, 'has white space or a backslash, which systemd cannot pass on');
  return asSafe(`${name}:${plainPath(path)}`);
}

/** One line of free text (`Description=`). Outer blanks and a trailing backslash are refused. @throws `unit/value` */
export function plainText(text: string): UnitText {
  if (/^\s|[\s\\]$/.test(checked(text)))
    throw refused(text, 'starts or ends in a blank, or ends in a backslash');
  return asSafe(text.replaceAll('%', '%%'));
}

function quoted(value: string): UnitText {
  return asSafe(`"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('%', '%%')}"`);
}

function checkedPath(path: string): string {
  if (!path.startsWith('/')) throw refused(path, 'is not absolute');
  return checked(path);
}

/**
 * Refuses what would end the line or what systemd refuses or alters: control characters, halves of surrogate pairs,
 * noncharacters (utf8.c, unichar_is_valid).
 */
function checked(value: string): string {
  if (/\p{Cc}/u.test(value)) throw refused(value, 'contains a control character');
  if (/\p{Cs}|\p{Noncharacter_Code_Point}/u.test(value)) throw refused(value, 'is not valid Unicode');
  return value;
}

function refused(value: string, why: string): OpsError {
  return new OpsError('unit/value', `cannot write ${JSON.stringify(value)} into a unit: it ${why}`);
}

/** The only place where text becomes {@link UnitText}; every caller above has checked and escaped it. */
function asSafe(text: string): UnitText {
  return text as UnitText;
}
