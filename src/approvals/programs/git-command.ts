import type { FileFacts } from '../file-facts.ts';
import { type Arguments, knownTexts } from './arguments.ts';
import { isInertGitConfig } from './git-config.ts';
import { type OptionTable, readOptions } from './option-table.ts';

/**
 * Whether a git command line only reads a repository whose own settings start nothing. Settings of the account and
 * of the system belong to the host and are taken as its word.
 */
export function checkGit(
  args: Arguments,
  { cwd, files }: { cwd: string | undefined; files: FileFacts },
): { kind: 'inert' } | { kind: 'unread'; reason: string; isOfPlace?: true } {
  const first = args.findIndex(
    (arg) => !arg.known || !['--no-pager', '-P', '--no-optional-locks'].includes(arg.text),
  );
  const command = first < 0 ? undefined : args[first];
  if (command === undefined) return { kind: 'inert' }; // prints its usage
  if (!command.known) return unread('the git command is only known later');
  if (knownTexts(args)?.join() === '--version' || command.text === 'version') return { kind: 'inert' };
  const table = COMMANDS.get(command.text);
  if (table === undefined) return unread(`git ${command.text} is not known to start nothing`);
  const read = readOptions(args.slice(first + 1), table.options);
  if (read.kind === 'unread') return unread(`git ${command.text}: ${read.reason}`);
  // %G? and its kin run a signature check, which starts gpg (git-log(1), PRETTY FORMATS).
  if (read.options.some(({ value }) => value?.includes('%G')))
    return unread('a format with %G starts a program');
  if (table.operands !== undefined && read.operands.length > table.operands) {
    return unread(`git ${command.text} with these operands changes the repository`);
  }
  const repository =
    cwd === undefined
      ? unread('the repository depends on a directory that is not known for certain')
      : checkRepository(cwd, files);
  return repository.kind === 'inert' ? repository : { ...repository, isOfPlace: true };
}

/** Looks for the repository upwards from the directory, as git does. */
function checkRepository(
  cwd: string,
  files: FileFacts,
): { kind: 'inert' } | { kind: 'unread'; reason: string } {
  for (let directory = cwd; ; directory = directory.slice(0, directory.lastIndexOf('/'))) {
    const dotGit = files.look(`${directory}/.git`);
    if (dotGit !== undefined && dotGit.kind !== 'directory')
      return unread('the repository is linked from elsewhere');
    // A directory with these two may be a bare repository itself.
    const bare =
      files.look(`${directory}/HEAD`) !== undefined && files.look(`${directory}/objects`) !== undefined;
    const place = dotGit !== undefined ? `${directory}/.git` : bare ? directory : undefined;
    if (place !== undefined) {
      if (files.look(`${directory}/.gitmodules`) !== undefined)
        return unread('the repository has submodules');
      return checkConfig(place, files);
    }
    if (directory === '') return { kind: 'inert' };
  }
}

function checkConfig(
  place: string,
  files: FileFacts,
): { kind: 'inert' } | { kind: 'unread'; reason: string } {
  if (files.look(`${place}/config.worktree`) !== undefined)
    return unread('the repository has per-worktree settings');
  // With this file git reads its settings in another place (gitrepository-layout(5)).
  if (files.look(`${place}/commondir`) !== undefined) return unread('the repository is part of another one');
  if (files.look(`${place}/config`) === undefined) return { kind: 'inert' };
  const text = files.read(`${place}/config`, { maxBytes: 64 * 1024, whole: true });
  if (text === undefined) return unread('the settings of the repository cannot be read');
  if (isInertGitConfig(text.toString('utf8'))) return { kind: 'inert' };
  return unread('the settings of the repository could start a program');
}

function unread(reason: string): { kind: 'unread'; reason: string } {
  return { kind: 'unread', reason };
}

const DIFF: OptionTable = {
  flags: 'pusazwbRMCDWi',
  valued: 'USGlnLO',
  numbers: true,
  long: `patch no-patch raw stat shortstat numstat summary name-only name-status no-color cached staged no-renames check
    binary full-index minimal patience histogram ignore-space-change ignore-all-space ignore-blank-lines
    ignore-space-at-eol function-context exit-code quiet no-ext-diff no-textconv no-index text pickaxe-all
    oneline graph all branches tags remotes no-merges merges first-parent reverse decorate no-decorate abbrev-commit
    no-abbrev-commit follow topo-order date-order author-date-order left-right cherry-pick cherry merge-base parents
    children boundary no-walk no-notes root no-prefix compact-summary dirstat full-diff show-pulls walk-reflogs
    regexp-ignore-case extended-regexp fixed-strings perl-regexp invert-grep all-match relative-date name-rev cc c m`
    .trim()
    .split(/\s+/),
  longValued:
    'max-count skip author committer grep since until after before date diff-filter find-object line-prefix inter-hunk-context src-prefix dst-prefix ws-error-highlight encoding min-parents max-parents glob exclude'.split(
      ' ',
    ),
  longOptional:
    'format pretty color stat word-diff color-words word-diff-regex unified abbrev relative find-renames find-copies submodule diff-algorithm decorate color-moved ignore-submodules dirstat'.split(
      ' ',
    ),
};

const words = (text: string) => text.trim().split(/\s+/);

/** The commands that only read, with their options. `operands` is the highest number with which they still do. */
const COMMANDS = new Map<string, { options: OptionTable; operands?: number }>([
  [
    'status',
    {
      options: {
        flags: 'sbvz',
        long: words(
          'short branch show-stash long verbose null ahead-behind no-ahead-behind renames no-renames no-column',
        ),
        longOptional: words('porcelain untracked-files ignored ignore-submodules find-renames'),
        valued: 'u',
      },
    },
  ],
  ['diff', { options: DIFF }],
  ['log', { options: DIFF }],
  ['show', { options: DIFF }],
  ['whatchanged', { options: DIFF }],
  [
    'diff-tree',
    { options: { ...DIFF, flags: `${DIFF.flags ?? ''}rtvmc`, long: [...(DIFF.long ?? []), 'no-commit-id'] } },
  ],
  ['rev-list', { options: { ...DIFF, long: [...(DIFF.long ?? []), 'count', 'objects'] } }],
  [
    'shortlog',
    {
      options: {
        flags: 'nsec',
        long: words('numbered summary email committer all no-merges'),
        longValued: words('since until author group'),
      },
    },
  ],
  [
    'rev-parse',
    {
      options: {
        flags: 'q',
        long: words(`show-toplevel show-prefix show-cdup git-dir git-common-dir absolute-git-dir is-inside-work-tree
          is-inside-git-dir is-bare-repository is-shallow-repository verify quiet all symbolic symbolic-full-name`),
        longOptional: words('short abbrev-ref branches tags remotes'),
      },
    },
  ],
  [
    'ls-files',
    {
      options: {
        flags: 'cdmoiskuztvf',
        long: words(
          'cached deleted modified others ignored stage unmerged exclude-standard full-name error-unmatch directory eol deduplicate',
        ),
        longValued: words('exclude'),
      },
    },
  ],
  [
    'ls-tree',
    {
      options: {
        flags: 'drtlz',
        long: words('name-only name-status full-name full-tree long'),
        longOptional: words('abbrev'),
      },
    },
  ],
  [
    'blame',
    {
      options: {
        flags: 'bltfnspewMC',
        valued: 'L',
        long: words('root show-stats porcelain line-porcelain incremental'),
        longValued: words('since date'),
      },
    },
  ],
  [
    'describe',
    {
      options: {
        long: words('all tags contains always long first-parent exact-match'),
        longOptional: words('dirty broken abbrev'),
        longValued: words('match exclude candidates'),
      },
    },
  ],
  ['cat-file', { options: { flags: 'tspe' } }],
  ['merge-base', { options: { flags: 'a', long: words('all octopus independent is-ancestor fork-point') } }],
  ['name-rev', { options: { long: words('tags name-only always'), longValued: words('refs exclude') } }],
  [
    'show-ref',
    {
      options: {
        flags: 'qsd',
        long: words('head heads tags verify quiet dereference'),
        longOptional: words('hash abbrev'),
      },
    },
  ],
  [
    'for-each-ref',
    { options: { longValued: words('count sort format points-at contains merged no-merged') } },
  ],
  [
    'branch',
    {
      options: {
        flags: 'arv',
        long: words('all remotes list show-current verbose no-color ignore-case'),
        longOptional: words('color column abbrev sort format contains merged no-merged'),
      },
      operands: 0,
    },
  ],
  [
    'tag',
    {
      options: { flags: 'l', long: words('list'), longOptional: words('sort format contains merged') },
      operands: 0,
    },
  ],
  ['remote', { options: { flags: 'v', long: words('verbose') }, operands: 0 }],
  [
    'grep',
    {
      options: {
        flags: 'nilLwcvEFGPIhHoqz',
        valued: 'ABCem',
        long: words(
          'line-number ignore-case files-with-matches word-regexp count cached untracked name-only column heading break',
        ),
        longValued: words('max-depth context'),
      },
    },
  ],
]);
