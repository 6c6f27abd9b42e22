import type { CommandSpec, OptionSpec } from '../../program/command-spec.ts';
import { SYSTEM_OPTION, serviceCommands } from '../service/spec.ts';

const RUN_OPTIONS: readonly OptionSpec[] = [
  { flags: '--host <host>', about: 'gateway host (node.json, else 127.0.0.1)' },
  { flags: '--port <port>', about: 'gateway port (node.json, else 18789)', value: 'port' },
  { flags: '--tls', about: 'connect with wss' },
  { flags: '--no-tls', about: 'connect with ws' },
  { flags: '--tls-fingerprint <sha256>', about: 'accept this certificate or key only; two with a comma' },
  {
    flags: '--node-id <id>',
    about: 'instance id shown by the gateway; the identity stays the device key',
  },
  { flags: '--display-name <name>', about: 'name shown by the gateway' },
];

/** `clawdbot node`: this machine as a node. */
export const nodeCommand: CommandSpec = {
  name: 'node',
  about: 'let a gateway run commands on this machine',
  subcommands: [
    {
      name: 'run',
      about: 'run the node host in the foreground',
      options: RUN_OPTIONS,
      load: async () => (await import('./run.ts')).run,
      examples: ['CLAWDBOT_GATEWAY_TOKEN=… clawdbot node run --host gw.tailnet.ts.net --port 443 --tls'],
    },
    {
      name: 'status',
      about:
        'where the node host of this machine stands, and its service; exit status 0 running, 3 stopped, 1 bad',
      options: [SYSTEM_OPTION],
      load: async () => (await import('./status.ts')).run,
    },
    {
      name: 'pin',
      about: 'which certificate or key of the gateway this node accepts; a running node follows',
      args: [{ name: '[sha256...]', about: 'one or two digests of a certificate or of a public key' }],
      options: [{ flags: '--clear', about: 'no pin: the authorities of the system decide' }],
      load: async () => (await import('./pin.ts')).run,
    },
    ...serviceCommands('node', RUN_OPTIONS),
  ],
};
