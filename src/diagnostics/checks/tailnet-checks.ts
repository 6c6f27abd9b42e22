import { judgeRoute, leadsToGateway, removeCommand, serveCommand } from '../../supervisor/tailscale/index.ts';
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
import { NOT_WANTED, routeOf } from './wanted-route.ts';

/** Group E of the catalogue: the tailnet client, and what it allows. Where its routes lead: `route-checks.ts`. */
export const tailnetChecks: readonly Check[] = [
  defineCheck({
    id: 'tailnet/state',
    title: 'The tailnet is not usable',
    severity: 'warning',
    needs: ['tailnet'],
    run: ({ tailnet: { isWanted, reading } }) => {
      if (!isWanted) return NOT_WANTED;
      if (reading.kind === 'missing') return problem({ state: 'missing', said: reading.reason });
      if (reading.kind !== 'answered') return problem({ state: reading.kind, said: reading.said });
      // As after a start of tailscaled; it says so itself when it stays there.
      if (reading.state === 'NoState' || reading.state === 'Starting')
        return unknown(`tailscaled is starting (${reading.state})`);
      return reading.state === 'Running' ? ok : problem({ state: reading.state, said: '' });
    },
    text: ({ state, said }) =>
      `${STATES[state] ?? `The tailnet client is in the state ${state}`}${said === '' ? '' : `: ${said}`}.`,
    remedy: ({ state }) => [
      ...(state === 'Stopped' || state === 'NeedsLogin' ? [command('sudo', 'tailscale', 'up')] : []),
      ...(state === 'missing' ? [command('sudo', 'systemctl', 'start', 'tailscaled')] : []),
      // What was silent once may have been busy.
      ...(state === 'silent' ? [command('tailscale', 'status')] : []),
      ...(state === 'refused' || state === 'silent'
        ? [command('sudo', 'systemctl', 'restart', 'tailscaled')]
        : []),
      ...(state === 'NeedsMachineAuth'
        ? [advice('Approve this machine in the admin console of the tailnet.')]
        : []),
      command('clawdbot', 'config', 'set', 'gateway.tailscale.mode', 'off'),
    ],
    why: 'The gateway serves locally, but nobody reaches it from elsewhere.',
    manual:
      'NoState and Starting pass by themselves and are no finding; every other state stays until somebody acts. The gateway never waits for the tailnet to serve locally.',
  }),
  defineCheck({
    id: 'tailnet/operator',
    title: 'This account may not publish through the tailnet',
    severity: 'warning',
    needs: ['tailnet'],
    dependsOn: ['tailnet/state'],
    run: ({ tailnet }) => {
      const { reading, account, uid } = tailnet;
      if (reading.kind !== 'answered' || !tailnet.isWanted) return notApplicable('nothing is published');
      if (reading.serveProblem !== undefined) {
        const { said, isDenied } = reading.serveProblem;
        return isDenied ? problem({ said, account, serve: [] as readonly string[] }) : unknown(said);
      }
      const route = routeOf(tailnet);
      if (route === undefined || judgeRoute(reading.entries, route).kind !== 'absent') return ok;
      if (uid === 0 || reading.operator === undefined || reading.operator === account) return ok;
      const operator = reading.operator === '' ? 'nobody' : reading.operator;
      const said = `tailscaled lets root and its operator (${operator}) change what it serves, and ${account} is neither`;
      return problem({ said, account, serve: serveCommand(route) as readonly string[] });
    },
    text: ({ said }) => `${said}.`,
    remedy: ({ account, serve }) => [
      ...(serve.length === 0 ? [] : [command('sudo', ...serve)]),
      command('sudo', 'tailscale', 'set', `--operator=${account}`),
    ],
    why: 'Publishing fails each time it is tried.',
    manual:
      'tailscaled lets only root and its operator change what is published. Either root makes the route once (it survives restarts), or the account of the service becomes the operator; it is the owner of the state directory, not whoever types sudo. The gateway serves locally meanwhile and notices within ten seconds that the route is there.',
  }),
  defineCheck({
    id: 'tailnet/not-enabled',
    title: 'The tailnet has no HTTPS certificates',
    severity: 'warning',
    needs: ['tailnet'],
    dependsOn: ['tailnet/state'],
    run: ({ tailnet }) => {
      const { reading } = tailnet;
      const route = routeOf(tailnet);
      if (reading.kind !== 'answered' || route === undefined) return NOT_WANTED;
      // The program prints them, too; a release that does not is not judged.
      return reading.certificateNames.length > 0 || reading.via === 'program'
        ? ok
        : problem({ name: route.name });
    },
    text: ({ name }) =>
      `HTTPS certificates are switched off for this tailnet, so nothing can be served as https://${name}.`,
    remedy: () => [
      advice(
        'Switch "HTTPS Certificates" on at https://login.tailscale.com/admin/dns, once for the tailnet.',
      ),
    ],
    why: '`tailscale serve --https` prints a link and waits, and the gateway cannot be reached.',
    manual:
      'An administrator of the tailnet has to allow certificates once, because the names of its machines then appear in public certificate logs. Nothing has to be restarted afterwards.',
  }),
  defineCheck({
    id: 'tailnet/funnel',
    title: 'The gateway is open to the internet',
    severity: 'error',
    needs: ['tailnet', 'config'],
    run: ({ tailnet: { reading }, config }) => {
      if (reading.kind !== 'answered') return notApplicable('no tailnet is installed');
      const { port, auth, tailscale } = config.settings;
      const doors = reading.entries.filter((each) => each.isFunnel && leadsToGateway(each, port));
      return doors.length === 0
        ? ok
        : problem({ doors, auth: auth.mode, isAsked: tailscale.mode === 'funnel' });
    },
    text: ({ doors, auth, isAsked }) =>
      doors
        .map(
          ({ scheme, host, path, target }) =>
            `Funnel publishes ${scheme}://${host}${path} to everybody; it leads to ${target}, authentication is ${auth}${isAsked ? ', as the config asks' : ''}.`,
        )
        .join('\n'),
    remedy: ({ doors, isAsked }) => [
      ...(isAsked ? [command('clawdbot', 'config', 'set', 'gateway.tailscale.mode', 'serve')] : []),
      ...doors.map(({ scheme, port, path, isForeground }) =>
        isForeground
          ? advice('End the `tailscale funnel` that runs in a terminal.')
          : command('sudo', ...removeCommand({ scheme, port, path })),
      ),
    ],
    why: 'Anybody can try passwords or tokens against the gateway.',
    manual:
      'A Funnel that leads to the gateway is a finding whoever made it, the config included: it is for a while, and the finding is there so that nobody forgets it. It is never switched off by itself, since somebody may have meant it; `clawdbot tailscale serve` closes it and keeps the address for the tailnet.',
  }),
];

const STATES: Readonly<Record<string, string>> = {
  missing:
    'The config publishes through a tailnet, but there is neither a running tailscaled nor a tailscale in a directory of root',
  silent: 'The tailnet client does not answer',
  refused: 'The tailnet client refuses to answer',
  NeedsLogin: 'This machine is logged out of the tailnet',
  NeedsMachineAuth: 'This machine waits for approval by an administrator of the tailnet',
  Stopped: 'The tailnet client is switched off',
};
