import type { CommandSpec, OptionSpec } from '../../program/command-spec.ts';

const DEVICE: OptionSpec = {
  flags: '--device <id>',
  about: 'device id, or at least 6 characters of it, or its name',
};
const ROLE: OptionSpec = { flags: '--role <role>', about: 'operator or node', choices: ['operator', 'node'] };

/** `clawdbot devices`: pairing and tokens of every client, nodes included. */
export const devicesCommand: CommandSpec = {
  name: 'devices',
  about: 'pairing and tokens of every client',
  subcommands: [
    {
      name: 'list',
      about: 'waiting and paired devices',
      connects: true,
      load: async () => (await import('./list.ts')).run,
    },
    {
      name: 'approve',
      about: 'let a waiting device in',
      connects: true,
      args: [{ name: '<id>', about: 'request id from `devices list`' }],
      load: async () => (await import('./decide.ts')).approve,
    },
    {
      name: 'reject',
      about: 'turn a waiting device away',
      connects: true,
      args: [{ name: '<id>', about: 'request id from `devices list`' }],
      load: async () => (await import('./decide.ts')).reject,
    },
    {
      name: 'rotate',
      about: 'give a device a new token; prints it',
      connects: true,
      options: [
        DEVICE,
        ROLE,
        { flags: '--scope <scope>', about: 'scope of the new token, repeatable', value: 'texts' },
      ],
      load: async () => (await import('./tokens.ts')).rotate,
    },
    {
      name: 'revoke',
      about: 'take the token of one role away; its connections end',
      connects: true,
      options: [DEVICE, ROLE],
      load: async () => (await import('./tokens.ts')).revoke,
    },
    {
      name: 'lockouts',
      about: 'who presented wrong credentials, and who has to wait because of it',
      connects: true,
      load: async () => (await import('./lockouts.ts')).list,
    },
    {
      name: 'unlock',
      about: 'let those who are locked out try again',
      connects: true,
      args: [{ name: '[source]', about: 'source from `devices lockouts`; all without it' }],
      load: async () => (await import('./lockouts.ts')).unlock,
    },
    {
      name: 'remove',
      about: 'forget a device altogether; it has to pair again',
      connects: true,
      args: [{ name: '[id]', about: 'device id, prefix or name' }],
      options: [DEVICE],
      load: async () => (await import('./remove.ts')).run,
    },
  ],
};
