import type { CommandSpec, OptionSpec } from '../../program/command-spec.ts';
import { SYSTEM_OPTION, serviceCommands } from '../service/spec.ts';

const RUN_OPTIONS: readonly OptionSpec[] = [
  { flags: '--port <port>', about: 'TCP port (config gateway.port, else 18789)', value: 'port' },
  {
    flags: '--bind <where>',
    about: 'addresses to listen on',
    choices: ['loopback', 'lan', 'tailnet', 'auto', 'custom'],
  },
  { flags: '--auth <mode>', about: 'what clients must present', choices: ['token', 'password', 'none'] },
  {
    flags: '--token <token>',
    about: 'shared token (others can see arguments; prefer CLAWDBOT_GATEWAY_TOKEN)',
  },
  { flags: '--password <password>', about: 'shared password (prefer CLAWDBOT_GATEWAY_PASSWORD)' },
  { flags: '--tailscale <mode>', about: 'publish through Tailscale', choices: ['off', 'serve', 'funnel'] },
  { flags: '--tailscale-reset-on-exit', about: 'take the publication back when the gateway stops' },
  { flags: '--allow-unconfigured', about: 'start without gateway.mode=local in the config' },
  {
    flags: '--on-conflict <what>',
    about: 'when a gateway of this state runs already (standby under a supervisor, else fail)',
    choices: ['standby', 'fail', 'takeover'],
  },
  { flags: '--force', about: 'same as --on-conflict takeover; never touches a program that is not ours' },
];

/** `clawdbot gateway`: the server itself, and questions to it. */
export const gatewayCommand: CommandSpec = {
  name: 'gateway',
  about: 'run the gateway in the foreground (default), or talk to it',
  options: RUN_OPTIONS,
  load: async () => (await import('./run.ts')).run,
  subcommands: [
    {
      name: 'run',
      about: 'run the gateway in the foreground',
      options: RUN_OPTIONS,
      load: async () => (await import('./run.ts')).run,
    },
    {
      name: 'call',
      about: 'call one method of the gateway',
      connects: true,
      args: [{ name: '<method>', about: 'for example node.list' }],
      options: [
        { flags: '--params <json>', about: 'parameters, JSON' },
        { flags: '--expect-final', about: 'accepted for compatibility; every answer is final' },
      ],
      load: async () => (await import('./call.ts')).run,
    },
    {
      name: 'health',
      about: 'ask the gateway how it is',
      connects: true,
      load: async () => (await import('./health.ts')).run,
    },
    {
      name: 'probe',
      about: 'which of the configured gateways can be reached',
      connects: true,
      load: async () => (await import('./probe.ts')).run,
    },
    {
      name: 'status',
      about:
        'configuration, service, owner, port and answer of the local gateway; exit status 0 serving, 3 stopped, 1 bad',
      connects: true,
      options: [
        { flags: '--no-probe', about: 'do not connect' },
        { flags: '--deep', about: 'accepted for compatibility' },
        SYSTEM_OPTION,
      ],
      load: async () => (await import('./status.ts')).run,
    },
    {
      name: 'takeover',
      about: 'ask the running gateway of this state to hand over, and serve in its place',
      options: RUN_OPTIONS,
      load: async () => (await import('./run.ts')).takeOver,
    },
    ...serviceCommands('gateway', []).map((command) =>
      command.name === 'stop'
        ? {
            ...command,
            about: 'stop the gateway, service or not',
            load: async () => (await import('./stop.ts')).run,
          }
        : command,
    ),
  ],
  examples: ['clawdbot gateway run --port 18789', 'clawdbot gateway call system-presence'],
};
