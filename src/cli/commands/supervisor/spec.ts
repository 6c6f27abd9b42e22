import type { CommandSpec } from '../../program/command-spec.ts';

/** `clawdbot supervisor`: what `clawdbot up` keeps running. */
export const supervisorCommand: CommandSpec = {
  name: 'supervisor',
  about: 'the services that `clawdbot up` keeps running',
  subcommands: [
    {
      name: 'status',
      about: 'state, restarts with causes, next attempt of every service; exit 3 when no supervisor runs',
      options: [
        { flags: '-w, --watch', about: 'show it again whenever it changes' },
        { flags: '--interval <ms>', about: 'with --watch: how often to look (500)', value: 'ms' },
      ],
      load: async () => (await import('./status.ts')).run,
    },
    {
      name: 'clear',
      about: 'forget the failures of a service and try it again',
      args: [{ name: '<service>', about: 'gateway, node, or a name of supervisor.services' }],
      load: async () => (await import('./clear.ts')).run,
    },
    {
      name: 'stop',
      about: 'stop all services and the supervisor',
      load: async () => (await import('./stop.ts')).run,
    },
  ],
};
