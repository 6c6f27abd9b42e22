import { type Arguments, isCertainOperand } from './arguments.ts';

/**
 * The options of a program that are known to start nothing. Everything else is refused: the table is closed.
 * `flags` are single letters without a value, `valued` single letters with one (attached or the next argument).
 * Long options are exact: GNU getopt accepts shortened ones, but a shortened spelling may mean something else in the
 * next version.
 */
export type OptionTable = {
  flags?: string;
  valued?: string;
  /** Long options without a value. */
  long?: readonly string[];
  /** Long options with one, `--name=value` or `--name value`. */
  longValued?: readonly string[];
  /** Long options with an optional one, `--name` or `--name=value` only. */
  longOptional?: readonly string[];
  /** `-5` and the like. */
  numbers?: boolean;
  /** Options end at the first operand, as for programs that start their operand. */
  stopAtOperand?: boolean;
  /** Letters that may come without a dash in the first argument, as in `tar tf x`. */
  bundled?: boolean;
};

export type ReadOptions = {
  kind: 'read';
  options: readonly { name: string; value: string | undefined }[];
  /** Indexes of the arguments that are operands, in order. */
  operands: readonly number[];
};

export type UnreadOptions = { kind: 'unread'; reason: string };

/** Reads arguments against a closed table, or names the first one that is not in it. */
export function readOptions(args: Arguments, table: OptionTable): ReadOptions | UnreadOptions {
  const options: { name: string; value: string | undefined }[] = [];
  const operands: number[] = [];
  let onlyOperands = false;
  for (let index = 0; index < args.length; index += 1) {
    const arg = args[index];
    if (arg === undefined) break;
    if (!arg.known) {
      if (!onlyOperands && !isCertainOperand(arg))
        return unread('an argument that is only known later could be an option');
      operands.push(index);
      if (table.stopAtOperand === true) onlyOperands = true;
      continue;
    }
    const bundled = index === 0 && table.bundled === true && /^[A-Za-z]+$/.test(arg.text);
    const text = bundled ? `-${arg.text}` : arg.text;
    if (onlyOperands || text === '-' || !text.startsWith('-')) {
      operands.push(index);
      if (table.stopAtOperand === true) onlyOperands = true;
      continue;
    }
    if (text === '--') {
      onlyOperands = true;
      continue;
    }
    if (
      bundled &&
      table.valued !== undefined &&
      [...text.slice(1, -1)].some((letter) => table.valued?.includes(letter))
    ) {
      return unread('letters without a dash are read only with their value behind the last one');
    }
    const read = text.startsWith('--') ? readLong(text, table) : readShort(text, table);
    if (read === undefined) return unread(`the option ${text} is not known to start nothing`);
    for (const { name, value, wantsNext } of read) {
      if (!wantsNext) {
        options.push({ name, value });
        continue;
      }
      index += 1;
      const next = args[index];
      if (next === undefined || !next.known) return unread(`the value of ${name} is not known`);
      options.push({ name, value: next.text });
    }
  }
  return { kind: 'read', options, operands };
}

type Read = { name: string; value: string | undefined; wantsNext: boolean };

function readLong(text: string, table: OptionTable): Read[] | undefined {
  const equals = text.indexOf('=');
  const name = equals < 0 ? text : text.slice(0, equals);
  const value = equals < 0 ? undefined : text.slice(equals + 1);
  const bare = name.slice(2);
  if (table.longOptional?.includes(bare)) return [{ name, value, wantsNext: false }];
  if (table.longValued?.includes(bare)) return [{ name, value, wantsNext: value === undefined }];
  return table.long?.includes(bare) && value === undefined ? [{ name, value, wantsNext: false }] : undefined;
}

function readShort(text: string, table: OptionTable): Read[] | undefined {
  if (table.numbers === true && /^-\d+$/.test(text))
    return [{ name: '-N', value: text.slice(1), wantsNext: false }];
  const read: Read[] = [];
  for (let at = 1; at < text.length; at += 1) {
    const letter = text[at] ?? '';
    if (table.valued?.includes(letter)) {
      const value = text.slice(at + 1);
      read.push({ name: `-${letter}`, value: value === '' ? undefined : value, wantsNext: value === '' });
      return read;
    }
    if (!table.flags?.includes(letter)) return undefined;
    read.push({ name: `-${letter}`, value: undefined, wantsNext: false });
  }
  return read;
}

function unread(reason: string): UnreadOptions {
  return { kind: 'unread', reason };
}
