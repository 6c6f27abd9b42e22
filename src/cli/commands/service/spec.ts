import type { CommandSpec, OptionSpec } from '../../program/command-spec.ts';

export const SYSTEM_OPTION: OptionSpec = {
  flags: '--system',
  about: 'the service of the machine (account clawdbot, /var/lib/clawdbot) instead of that of this account',
};
const DRY_RUN: OptionSpec = { flags: '--dry-run', about: 'show the exact difference and change nothing' };
const FORCE: OptionSpec = {
  flags: '--force',
  about: 'replace a unit that another program wrote, and install beside another owner',
};

/** install, uninstall, start, stop, restart for a service; the code is shared by gateway and node. */
export function serviceCommands(kind: 'gateway' | 'node', runOptions: readonly OptionSpec[]): CommandSpec[] {
  const verb = (name: 'start' | 'stop' | 'restart', about: string): CommandSpec => ({
    name,
    about,
    options: [SYSTEM_OPTION],
    load: async () => (await import('./verbs.ts')).verbCommand(kind, name),
  });
  return [
    {
      name: 'install',
      about: `write, enable and start the systemd units of the ${kind}; repeating it changes nothing`,
      options: [
        ...runOptions,
        SYSTEM_OPTION,
        DRY_RUN,
        FORCE,
        {
          flags: '--token-file <path>',
          about:
            'systemd passes the token in this 0600 file to the service (LoadCredential=), instead of the config',
          completes: 'file',
        },
        { flags: '--no-token-file', about: 'the token comes from the config again' },
        { flags: '--runtime <name>', about: 'accepted for compatibility', choices: ['node'] },
      ],
      load: async () => (await import('./install.ts')).installCommand(kind),
    },
    {
      name: 'uninstall',
      about: `stop and remove the units of the ${kind}; state and configuration stay`,
      options: [SYSTEM_OPTION, DRY_RUN],
      load: async () => (await import('./uninstall.ts')).uninstallCommand(kind),
    },
    {
      name: 'logs',
      about: `what the ${kind} service wrote: the journal of its unit, else its log file`,
      options: [
        SYSTEM_OPTION,
        { flags: '-f, --follow', about: 'go on with new lines' },
        { flags: '--since <time>', about: 'only the last 30m, 2h, 1d, …', value: 'duration' },
        { flags: '--lines <count>', about: 'how many lines at most (200)', value: 'count' },
      ],
      load: async () => (await import('./logs.ts')).logsCommand(kind),
    },
    verb('start', `start the ${kind} service and wait until it is ready`),
    verb('stop', `stop the ${kind} service${kind === 'gateway' ? ' and give its port back' : ''}`),
    verb(
      'restart',
      `restart the ${kind} service${kind === 'gateway' ? ' without refusing a connection' : ''}`,
    ),
  ];
}
