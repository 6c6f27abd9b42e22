import type { CommandSpec, OptionSpec } from '../../program/command-spec.ts';

const NODE: OptionSpec = {
  flags: '--node <node>',
  about: 'id, IP address, name, or at least 6 characters of the id',
  completes: 'node',
};

/** `clawdbot nodes`: what operators do with nodes. */
export const nodesCommand: CommandSpec = {
  name: 'nodes',
  about: 'see, approve and use nodes',
  subcommands: [
    {
      name: 'status',
      about: 'every known node and whether it is connected',
      connects: true,
      options: [
        { flags: '--connected', about: 'only connected nodes' },
        {
          flags: '--last-connected <duration>',
          about: 'only nodes connected within this time (24h, 7d)',
          value: 'duration',
        },
      ],
      load: async () => (await import('./status.ts')).run,
    },
    {
      name: 'list',
      about: 'pending requests and paired nodes',
      connects: true,
      options: [{ flags: '--connected', about: 'only connected nodes' }],
      load: async () => (await import('./list.ts')).run,
    },
    {
      name: 'pending',
      about: 'nodes waiting for approval',
      connects: true,
      load: async () => (await import('./pending.ts')).run,
    },
    {
      name: 'approve',
      about: 'let a waiting node in',
      connects: true,
      args: [{ name: '<id>', about: 'request id, or node id, from `nodes pending`' }],
      load: async () => (await import('./decide.ts')).approve,
    },
    {
      name: 'reject',
      about: 'turn a waiting node away',
      connects: true,
      args: [{ name: '<id>', about: 'request id, or node id, from `nodes pending`' }],
      load: async () => (await import('./decide.ts')).reject,
    },
    {
      name: 'rename',
      about: 'give a node another name',
      connects: true,
      options: [NODE, { flags: '--name <name>', about: 'the new name' }],
      load: async () => (await import('./rename.ts')).run,
    },
    {
      name: 'describe',
      about: 'everything known about one node',
      connects: true,
      options: [NODE],
      load: async () => (await import('./describe.ts')).run,
    },
    {
      name: 'invoke',
      about: 'call one command of a node with JSON parameters',
      connects: true,
      options: [
        NODE,
        { flags: '--command <command>', about: 'for example system.which' },
        { flags: '--params <json>', about: 'parameters, JSON' },
        {
          flags: '--invoke-timeout <ms>',
          about: 'how long the node may take, milliseconds (15000)',
          value: 'ms',
        },
        { flags: '--idempotency-key <key>', about: 'one key runs at most once' },
      ],
      load: async () => (await import('./invoke.ts')).run,
      examples: [`clawdbot nodes invoke --node web --command system.which --params '{"bins":["git"]}'`],
    },
    {
      name: 'run',
      about: 'run a command on a node; ends with its exit status',
      connects: true,
      passThrough: true,
      args: [{ name: '[argv...]', about: 'program and arguments, no shell' }],
      options: [
        NODE,
        { flags: '--cwd <directory>', about: 'working directory on the node' },
        { flags: '--env <name=value>', about: 'environment variable, repeatable', value: 'texts' },
        { flags: '--raw <text>', about: 'shell text instead of program and arguments' },
        { flags: '--agent <agent>', about: 'scope of the approvals file (main)' },
        { flags: '--ask <when>', about: 'when to ask a person', choices: ['off', 'on-miss', 'always'] },
        { flags: '--security <level>', about: 'how strict at least', choices: ['deny', 'allowlist', 'full'] },
        {
          flags: '--command-timeout <ms>',
          about: 'the node ends the command after this, milliseconds',
          value: 'ms',
        },
        { flags: '--needs-screen-recording', about: 'only on a node that may record the screen' },
        {
          flags: '--invoke-timeout <ms>',
          about: 'how long to wait for the result, milliseconds (30000)',
          value: 'ms',
        },
        {
          flags: '--approval-timeout <ms>',
          about: 'how long to wait for a person, milliseconds (120000)',
          value: 'ms',
        },
        { flags: '--idempotency-key <key>', about: 'one key runs at most once' },
      ],
      load: async () => (await import('./run.ts')).run,
      examples: [
        'clawdbot nodes run --node web -- uname -a',
        `clawdbot nodes run --node web --raw 'df -h | tail -1'`,
      ],
    },
    {
      name: 'notify',
      about: 'show a notification on a node',
      connects: true,
      options: [
        NODE,
        { flags: '--title <title>', about: 'first line' },
        { flags: '--body <text>', about: 'the text' },
        { flags: '--sound <name>', about: 'sound to play' },
        { flags: '--priority <level>', about: 'how urgent', choices: ['passive', 'active', 'timeSensitive'] },
      ],
      load: async () => (await import('./notify.ts')).run,
    },
  ],
};
