import type { CommandSpec } from '../../program/command-spec.ts';

const HTTPS_OPTION = {
  flags: '--https <port>',
  about: 'port as seen from the tailnet (default: where it was before, else the number of the gateway port)',
  value: 'port',
} as const;
const DRY_RUN = { flags: '--dry-run', about: 'say what would change, and change nothing' } as const;

/** `clawdbot tailscale`: the gateway's address in the tailnet. */
export const tailscaleCommand: CommandSpec = {
  name: 'tailscale',
  about: 'publish the gateway in the tailnet, and see what is published',
  subcommands: [
    {
      name: 'status',
      about:
        'client, name, certificates, our route, who may change it; exit 0 published, 3 not, 1 something is wrong',
      load: async () => (await import('./status.ts')).run,
    },
    {
      name: 'serve',
      about: 'publish the gateway under exactly one port; nothing else is touched',
      options: [HTTPS_OPTION, DRY_RUN],
      load: async () => (await import('./change.ts')).serve,
    },
    {
      name: 'off',
      about: 'take exactly that route away again',
      options: [HTTPS_OPTION, DRY_RUN],
      load: async () => (await import('./change.ts')).off,
    },
  ],
  examples: ['clawdbot tailscale serve --dry-run', 'sudo tailscale serve --bg --https=18789 127.0.0.1:18789'],
};
