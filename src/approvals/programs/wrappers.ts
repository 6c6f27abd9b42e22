import { isHarmlessVariable } from '../environment.ts';
import type { Arguments } from './arguments.ts';
import { type OptionTable, readOptions } from './option-table.ts';

/** Where the carried program stands in the arguments of its wrapper, and what it gets besides. */
export type Unwrapped =
  | {
      kind: 'unwrapped';
      /** Index of the carried program's word; its arguments follow. */
      program: number;
      /** xargs: arguments that are only known when it runs are added at the end. */
      appends: boolean;
      /** xargs -I: this text is replaced in every argument. */
      replaces?: string;
    }
  | { kind: 'unread'; reason: string };

/** Finds the program a wrapper would start, in the forms of these tables only. */
export function unwrap(name: string, args: Arguments): Unwrapped {
  const form = FORMS.get(name);
  if (form === undefined) return { kind: 'unread', reason: `how ${name} starts its operand is not known` };
  const read = readOptions(args, { ...form.options, stopAtOperand: true });
  if (read.kind === 'unread') return read;
  const operands = [...read.operands];
  if (form.assignments === true) {
    for (let text = textAt(args, operands[0]); text?.includes('='); text = textAt(args, operands[0])) {
      const [variable = '', ...value] = text.split('=');
      if (!isHarmlessVariable(variable, value.join('='))) {
        return { kind: 'unread', reason: `${name} may not set ${JSON.stringify(variable)}` };
      }
      operands.shift();
    }
  }
  for (const pattern of form.operands ?? []) {
    const text = textAt(args, operands.shift());
    if (text === undefined || !pattern.test(text))
      return { kind: 'unread', reason: `an operand of ${name} is not read` };
  }
  const program = operands[0];
  if (program === undefined) return { kind: 'unread', reason: `${name} is given no program` };
  if (textAt(args, program)?.startsWith('-') !== false) {
    return { kind: 'unread', reason: `the program after ${name} is not known` };
  }
  const replaces = read.options.find((option) => option.name === '-I')?.value;
  return {
    kind: 'unwrapped',
    program,
    appends: name === 'xargs' && replaces === undefined,
    ...(replaces === undefined ? {} : { replaces }),
  };
}

type Form = {
  options: OptionTable;
  /** `NAME=value` operands come first. */
  assignments?: boolean;
  /** Operands before the program. */
  operands?: readonly RegExp[];
};

const FORMS = new Map<string, Form>([
  [
    'env',
    {
      options: { flags: 'i0', valued: 'u', long: ['ignore-environment'], longValued: ['unset'] },
      assignments: true,
    },
  ],
  ['nice', { options: { valued: 'n', longValued: ['adjustment'], numbers: true } }],
  [
    'timeout',
    {
      options: {
        flags: 'v',
        valued: 'ks',
        long: ['foreground', 'preserve-status', 'verbose'],
        longValued: ['kill-after', 'signal'],
      },
      operands: [/^\d+(\.\d+)?[smhd]?$/],
    },
  ],
  ['nohup', { options: {} }],
  ['stdbuf', { options: { valued: 'ioe', longValued: ['input', 'output', 'error'] } }],
  ['setsid', { options: { flags: 'w', long: ['wait'] } }],
  ['ionice', { options: { flags: 't', valued: 'cn', long: ['ignore'], longValued: ['class', 'classdata'] } }],
  ['chrt', { options: { flags: 'bfior' }, operands: [/^\d+$/] }],
  ['taskset', { options: { flags: 'c' }, operands: [/^[0-9a-fx,-]+$/] }],
  ['time', { options: { flags: 'pv', long: ['portability', 'verbose'] } }],
  [
    'flock',
    {
      options: {
        flags: 'nxesF',
        valued: 'wE',
        long: ['nonblock', 'exclusive', 'shared', 'no-fork'],
        longValued: ['timeout', 'wait', 'conflict-exit-code'],
      },
      operands: [/^[^-]/],
    },
  ],
  [
    'xargs',
    {
      options: {
        flags: '0rtx',
        valued: 'nLPsdI',
        long: ['null', 'no-run-if-empty', 'verbose', 'exit'],
        longValued: ['max-args', 'max-procs', 'max-chars', 'delimiter'],
      },
    },
  ],
]);

function textAt(args: Arguments, index: number | undefined): string | undefined {
  const arg = index === undefined ? undefined : args[index];
  return arg?.known === true ? arg.text : undefined;
}
