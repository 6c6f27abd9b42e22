import {
  advice,
  type Check,
  command,
  defineCheck,
  notApplicable,
  ok,
  problem,
  unknown,
} from '../engine/check.ts';
import type { Facts } from '../facts/facts.ts';
import type { ServeEntry } from '../facts/parse-tailnet.ts';

/** Group E of the catalogue: publishing through a tailnet. */
export const tailnetChecks: readonly Check[] = [
  defineCheck({
    id: 'tailnet/state',
    title: 'The tailnet is not usable',
    severity: 'warning',
    needs: ['tailnet', 'config'],
    run: ({ tailnet, config }) => {
      if (tailnet.kind === 'none') return notApplicable('no tailnet is wanted or installed');
      if (!isWanted(config)) return notApplicable('the config does not publish through a tailnet');
      if (tailnet.kind === 'missing') return problem({ state: 'missing', said: '' });
      if (tailnet.kind === 'silent') return problem({ state: 'silent', said: tailnet.said });
      if (tailnet.kind === 'refused') return problem({ state: 'refused', said: tailnet.said });
      return tailnet.state === 'Running' ? ok : problem({ state: tailnet.state, said: '' });
    },
    text: ({ state, said }) =>
      `${STATES[state] ?? `The tailnet client is in the state ${state}`}${said === '' ? '' : `: ${said}`}.`,
    remedy: ({ state }) => [
      ...(state === 'Stopped' || state === 'NeedsLogin' ? [command('sudo', 'tailscale', 'up')] : []),
      ...(state === 'refused' || state === 'silent' || state === 'NoState'
        ? [command('sudo', 'systemctl', 'restart', 'tailscaled')]
        : []),
      ...(state === 'NeedsMachineAuth'
        ? [advice('Approve this machine in the admin console of the tailnet.')]
        : []),
      command('clawdbot', 'config', 'set', 'gateway.tailscale.mode', 'off'),
    ],
    why: 'The gateway serves locally, but nobody reaches it from elsewhere.',
    manual:
      'NoState and Starting pass by themselves; every other state stays until somebody acts. The gateway never waits for the tailnet to serve locally.',
  }),
  defineCheck({
    id: 'tailnet/operator',
    title: 'This account may not publish through the tailnet',
    severity: 'warning',
    needs: ['tailnet', 'config', 'units'],
    dependsOn: ['tailnet/state'],
    run: ({ tailnet, config, units }) => {
      if (tailnet.kind !== 'answered' || !isWanted(config)) return notApplicable('nothing is published');
      if (tailnet.serveProblem === undefined) return ok;
      return /access denied|permission|operator/i.test(tailnet.serveProblem)
        ? problem({ said: tailnet.serveProblem, account: units.account })
        : unknown(tailnet.serveProblem);
    },
    text: ({ said }) => said,
    remedy: ({ account }) => [command('sudo', 'tailscale', 'set', `--operator=${account}`)],
    why: 'Publishing fails each time it is tried.',
    manual:
      'tailscaled lets only root and its operator change what is published. The operator has to be the account of the service.',
  }),
  defineCheck({
    id: 'tailnet/funnel',
    title: 'The gateway is open to the internet',
    severity: 'error',
    needs: ['tailnet', 'config'],
    run: ({ tailnet, config }) => {
      const entry = routesToUs(tailnet, config).find(({ isFunnel }) => isFunnel);
      if (entry === undefined)
        return tailnet.kind === 'answered' ? ok : notApplicable('no tailnet is installed');
      const { mode, password } = config.settings.auth;
      const isMeant =
        config.settings.tailscale.mode === 'funnel' && mode === 'password' && password !== undefined;
      return isMeant ? ok : problem({ host: entry.host, target: entry.target, auth: mode });
    },
    text: ({ host, target, auth }) =>
      `Funnel publishes https://${host} to everybody; it leads to ${target}, authentication is ${auth}.`,
    remedy: ({ host }) => [
      command('tailscale', 'funnel', `--https=${host.split(':').at(-1) ?? '443'}`, 'off'),
    ],
    why: 'Anybody can try tokens against the gateway.',
    manual:
      'Funnel was switched on by hand or by another program. It is never switched off by itself: somebody may have meant it. With gateway.tailscale.mode "funnel" and a password it is no finding.',
  }),
  defineCheck({
    id: 'tailnet/foreign-route',
    title: 'The published address leads elsewhere',
    severity: 'warning',
    needs: ['tailnet', 'config'],
    dependsOn: ['tailnet/state', 'tailnet/operator'],
    run: ({ tailnet, config }) => {
      if (tailnet.kind !== 'answered' || config.settings.tailscale.mode === 'off')
        return notApplicable('nothing is published');
      if (routesToUs(tailnet, config).length > 0) return ok;
      const own = tailnet.entries.find(({ path, port }) => path === '/' && port === 443);
      if (own === undefined) return ok;
      return problem({
        host: own.host,
        target: own.target,
        wanted: `http://127.0.0.1:${config.settings.port}`,
        isForeground: own.isForeground,
      });
    },
    text: ({ host, target, wanted, isForeground }) =>
      `https://${host}/ leads to ${target}, not to ${wanted}${isForeground ? '; it belongs to a command that runs in a terminal and ends with it' : ''}.`,
    remedy: ({ isForeground }) => [
      command('tailscale', 'serve', 'status', '--json'),
      advice(
        isForeground
          ? 'End the `tailscale serve` that runs in a terminal.'
          : 'Publish under another port, or take that one entry off with `tailscale serve --https=443 --set-path=/ off`.',
      ),
    ],
    why: 'People who open the address reach something else.',
    manual:
      'Another program published something under the same port, or the port of the gateway was changed since. Never use `tailscale serve reset`: it removes what belongs to others.',
  }),
  defineCheck({
    id: 'tailnet/stale-route',
    title: 'A published address leads to nobody',
    severity: 'advice',
    needs: ['tailnet', 'config', 'gateways'],
    dependsOn: ['gateway/down', 'tailnet/foreign-route'],
    run: ({ tailnet, config, gateways }) => {
      if (tailnet.kind !== 'answered') return notApplicable('no tailnet is installed');
      const usual = [18_789, 19_001];
      const stale = tailnet.entries.filter(({ target }) => {
        const port = Number(/:(\d+)\/?$/.exec(target)?.[1]);
        const isLive =
          port === config.settings.port || gateways.gateways.some((gateway) => gateway.port === port);
        return usual.includes(port) && !isLive;
      });
      return stale.length === 0
        ? ok
        : problem({ entries: stale.map(({ host, path, target }) => ({ host, path, target })) });
    },
    text: ({ entries }) =>
      entries
        .map(({ host, path, target }) => `https://${host}${path} leads to ${target}, where no gateway is`)
        .join('\n'),
    remedy: ({ entries }) =>
      entries.map(({ host, path }) =>
        command(
          'tailscale',
          'serve',
          `--https=${host.split(':').at(-1) ?? '443'}`,
          `--set-path=${path}`,
          'off',
        ),
      ),
    why: 'Visitors get an error, or whatever listens there one day.',
    manual:
      'The gateway moved to another port or was uninstalled. Only entries that lead to a usual port of a gateway are looked at.',
  }),
];

const STATES: Readonly<Record<string, string>> = {
  missing: 'The config publishes through a tailnet, but there is no tailscale in a directory of root',
  silent: 'The tailnet client does not answer',
  refused: 'The tailnet client refuses to answer',
  NeedsLogin: 'This machine is logged out of the tailnet',
  NeedsMachineAuth: 'This machine waits for approval by an administrator of the tailnet',
  Stopped: 'The tailnet client is switched off',
};

function isWanted({ settings }: Facts['config']): boolean {
  return settings.tailscale.mode !== 'off' || settings.bind === 'tailnet';
}

function routesToUs(tailnet: Facts['tailnet'], { settings }: Facts['config']): readonly ServeEntry[] {
  if (tailnet.kind !== 'answered') return [];
  return tailnet.entries.filter(({ target }) => new RegExp(`:${settings.port}/?$`).test(target));
}
