import type { CommandSpec, OptionSpec } from '../../program/command-spec.ts';

const WHERE: readonly OptionSpec[] = [
  { flags: '--node <node>', about: "the node's file", completes: 'node' },
  { flags: '--gateway', about: "the gateway host's file" },
];
const ENTRY: readonly OptionSpec[] = [
  ...WHERE,
  { flags: '--agent <agent>', about: 'scope: an agent name, or * for all (*)' },
  { flags: '--arg <argument>', about: 'only with exactly these arguments, repeatable', value: 'texts' },
  { flags: '--arg-pattern <regexp>', about: 'only when the arguments, joined by blanks, match in full' },
];
const PATTERN = {
  name: '<pattern>',
  about: 'path of a program; *, ** and ? are wildcards, ~/ is the home directory',
};

/** `clawdbot approvals`: who may run what, on this machine, the gateway host or a node. */
export const approvalsCommand: CommandSpec = {
  name: 'approvals',
  aliases: ['exec-approvals'],
  about: 'which commands may run (exec-approvals.json), and open questions',
  subcommands: [
    {
      name: 'get',
      about: 'show the file',
      connects: true,
      options: WHERE,
      load: async () => (await import('./get.ts')).run,
    },
    {
      name: 'set',
      about: 'replace the file',
      connects: true,
      options: [
        ...WHERE,
        { flags: '--file <path>', about: 'JSON file with the new content', completes: 'file' },
        { flags: '--stdin', about: 'read the new content from stdin' },
        { flags: '--base-hash <sha256>', about: 'refuse unless the present file has this hash' },
      ],
      load: async () => (await import('./set.ts')).run,
    },
    {
      name: 'allowlist',
      about: 'edit the list of allowed programs',
      subcommands: [
        {
          name: 'add',
          about: 'allow a program',
          connects: true,
          args: [PATTERN],
          options: ENTRY,
          load: async () => (await import('./allowlist.ts')).add,
        },
        {
          name: 'remove',
          about: 'take an entry out',
          connects: true,
          args: [PATTERN],
          options: ENTRY,
          load: async () => (await import('./allowlist.ts')).remove,
        },
      ],
      examples: ['clawdbot approvals allowlist add --node web /usr/bin/uname'],
    },
    {
      name: 'explain',
      about: 'what a node would decide about a command, and why; runs nothing',
      connects: true,
      passThrough: true,
      args: [{ name: '[argv...]', about: 'program and arguments, no shell' }],
      options: [
        { flags: '--node <node>', about: 'the node that decides (this machine)', completes: 'node' },
        { flags: '--raw <text>', about: 'shell text instead of program and arguments' },
        { flags: '--cwd <directory>', about: 'working directory', completes: 'file' },
        { flags: '--env <name=value>', about: 'environment variable, repeatable', value: 'texts' },
        { flags: '--agent <agent>', about: 'scope of the approvals file (main)' },
        { flags: '--stdin', about: 'read cases as JSON lines, print one answer a line' },
      ],
      load: async () => (await import('./explain.ts')).run,
      examples: [
        'clawdbot approvals explain -- git status',
        'clawdbot approvals explain --node web -- git status',
        'clawdbot approvals explain --stdin < cases.jsonl',
      ],
    },
    {
      name: 'log',
      about: 'who asked, who answered, what ran and how it ended',
      connects: true,
      options: [
        { flags: '--node <node>', about: 'only this node', completes: 'node' },
        { flags: '--limit <n>', about: 'how many rows (50)', value: 'count' },
        { flags: '--verify', about: 'walk the whole hash chain; status 1 when it is not intact' },
      ],
      load: async () => (await import('./log.ts')).run,
    },
    {
      name: 'suggest',
      about: 'entries that would have removed the most questions, with their risk; changes nothing',
      connects: true,
      options: [
        { flags: '--node <node>', about: 'only this node', completes: 'node' },
        { flags: '--limit <n>', about: 'how many suggestions (10)', value: 'count' },
      ],
      load: async () => (await import('./suggest.ts')).run,
    },
    {
      name: 'pending',
      about: 'commands waiting for a person',
      connects: true,
      load: async () => (await import('./pending.ts')).run,
    },
    {
      name: 'allow',
      about: 'let a waiting command run',
      connects: true,
      args: [{ name: '<id>', about: 'from `approvals pending`' }],
      options: [
        { flags: '--once', about: 'this time only (default)' },
        { flags: '--always', about: 'also from now on' },
      ],
      load: async () => (await import('./resolve.ts')).allow,
    },
    {
      name: 'deny',
      about: 'refuse a waiting command',
      connects: true,
      args: [{ name: '<id>', about: 'from `approvals pending`' }],
      load: async () => (await import('./resolve.ts')).deny,
    },
  ],
};
