import type { Arguments } from './programs/arguments.ts';
import { type OptionTable, readOptions } from './programs/option-table.ts';

/**
 * Programs that may run without an entry as filters of their standard input. Clawdbot 2026.1.24 has `jq` in its
 * default list as well; it can read the environment, so here it has to be named in the configuration.
 */
export const DEFAULT_SAFE_PROGRAMS: readonly string[] = [
  'cut',
  'grep',
  'head',
  'sort',
  'tail',
  'tr',
  'uniq',
  'wc',
];

/**
 * Whether these arguments make the program read its standard input and write its standard output, nothing else.
 * Decided from the arguments alone: no look at the directory, so a file that appears later changes nothing.
 */
export function isPureFilter(name: string, args: Arguments): boolean {
  const table = TABLES.get(name);
  if (table === undefined || args.some((arg) => !arg.known)) return false;
  const read = readOptions(args, table.options);
  if (read.kind === 'unread') return false;
  const operands = read.operands
    .map((index) => {
      const arg = args[index];
      return arg?.known === true ? arg.text : '';
    })
    // `-` is standard input by name; for tr it is a set like any other.
    .filter((operand) => operand !== '-' || name === 'tr');
  // grep -e and its kin take the pattern as an option; then the first operand is a file.
  const taken = read.options.some((option) => table.patternOptions?.includes(option.name))
    ? 0
    : (table.operands ?? 0);
  return operands.length <= taken && operands.every((operand) => table.operandForm?.test(operand) ?? true);
}

type FilterTable = {
  options: OptionTable;
  /** Operands that are no files. */
  operands?: number;
  operandForm?: RegExp;
  /** Options after which there is no such operand. */
  patternOptions?: readonly string[];
};

const TABLES = new Map<string, FilterTable>([
  ['cat', { options: { flags: 'AbeEnstTuv' } }],
  [
    'cut',
    {
      options: {
        flags: 'nsz',
        valued: 'bcdf',
        long: ['complement', 'only-delimited'],
        longValued: ['bytes', 'characters', 'delimiter', 'fields', 'output-delimiter'],
      },
    },
  ],
  [
    'grep',
    {
      // Without -f (pattern file), -r/-R/-d (directories).
      options: {
        flags: 'EFGPaciLlnoqsvwxyzZhHb',
        valued: 'eABCm',
        numbers: true,
        long: [
          'extended-regexp',
          'fixed-strings',
          'perl-regexp',
          'count',
          'ignore-case',
          'invert-match',
          'line-number',
          'only-matching',
          'quiet',
          'word-regexp',
          'line-regexp',
          'null-data',
          'text',
        ],
        longValued: ['regexp', 'max-count', 'after-context', 'before-context', 'context'],
        longOptional: ['color'],
      },
      operands: 1,
      patternOptions: ['-e', '--regexp'],
    },
  ],
  [
    'head',
    {
      options: {
        flags: 'qvz',
        valued: 'cn',
        numbers: true,
        long: ['quiet', 'verbose', 'zero-terminated'],
        longValued: ['bytes', 'lines'],
      },
    },
  ],
  // Only the identity and plain paths: other filters can read files, modules and the environment.
  [
    'jq',
    {
      options: {
        flags: 'rcSseaMjC',
        long: [
          'raw-output',
          'compact-output',
          'sort-keys',
          'slurp',
          'exit-status',
          'monochrome-output',
          'tab',
        ],
      },
      operands: 1,
      operandForm: /^\.[A-Za-z0-9_.[\]]*$/,
    },
  ],
  // Without -o, --compress-program, --files0-from, -T, --random-source.
  [
    'sort',
    {
      options: {
        flags: 'bdfghiMnrRsuVz',
        valued: 'kt',
        long: [
          'ignore-leading-blanks',
          'dictionary-order',
          'ignore-case',
          'general-numeric-sort',
          'human-numeric-sort',
          'numeric-sort',
          'reverse',
          'stable',
          'unique',
          'version-sort',
          'zero-terminated',
        ],
        longValued: ['key', 'field-separator'],
      },
    },
  ],
  // Without -f/-F: it would never end.
  [
    'tail',
    {
      options: {
        flags: 'qvz',
        valued: 'cn',
        numbers: true,
        long: ['quiet', 'verbose', 'zero-terminated'],
        longValued: ['bytes', 'lines'],
      },
    },
  ],
  [
    'tr',
    {
      options: { flags: 'cCdst', long: ['complement', 'delete', 'squeeze-repeats', 'truncate-set1'] },
      operands: 2,
    },
  ],
  // uniq's second operand would be written to.
  [
    'uniq',
    {
      options: {
        flags: 'cdDiuz',
        valued: 'fsw',
        long: ['count', 'repeated', 'ignore-case', 'unique', 'zero-terminated'],
        longValued: ['skip-fields', 'skip-chars', 'check-chars'],
      },
    },
  ],
  ['wc', { options: { flags: 'clmLw', long: ['bytes', 'chars', 'lines', 'words', 'max-line-length'] } }],
]);
