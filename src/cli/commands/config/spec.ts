import type { CommandSpec } from '../../program/command-spec.ts';

const PATH = { name: '<path>', about: 'dots or brackets: gateway.port, gateway.trustedProxies[0]' };

/** `clawdbot config`: the config file, edited with its comments kept. */
export const configCommand: CommandSpec = {
  name: 'config',
  about: 'read and change the config file',
  subcommands: [
    { name: 'get', about: 'one value', args: [PATH], load: async () => (await import('./get.ts')).run },
    {
      name: 'set',
      about: 'change one value (JSON5, else plain text; with --json only JSON5)',
      args: [PATH, { name: '<value>', about: `'"1234"' for a text that looks like a number` }],
      options: [{ flags: '--force', about: 'also a key this product does not know' }],
      load: async () => (await import('./set.ts')).run,
    },
    {
      name: 'unset',
      about: 'take one value out',
      args: [PATH],
      load: async () => (await import('./unset.ts')).run,
    },
    {
      name: 'validate',
      about: 'check a config file; exit 78 when the gateway would refuse it',
      args: [{ name: '[file]', about: 'another file than the present one' }],
      load: async () => (await import('./validate.ts')).run,
    },
    {
      name: 'schema',
      about: 'JSON Schema of every key',
      load: async () => (await import('./schema.ts')).run,
    },
  ],
};
