import { OpsError, type Remedy } from '../../state/index.ts';
import type { ServeEntry } from './parse-answers.ts';
import type { ChangeOutcome } from './publish.ts';
import { leadsToGateway, type Route, removeCommand, routeTarget, routeUrl, serveCommand } from './route.ts';

/** Why a change did not come about, as an error with the exact commands; undefined when it did. `account`: the service's. */
export function explainOutcome(
  outcome: ChangeOutcome,
  account: string,
  intention = 'publish the gateway',
): OpsError | undefined {
  switch (outcome.kind) {
    case 'done':
      return undefined;
    case 'denied': {
      const { route, said } = outcome;
      return new OpsError(
        'tailnet/denied',
        `cannot publish ${routeUrl(route)}: tailscaled says ${JSON.stringify(said)}: only root and its operator may change what it serves, and ${account} is neither`,
        {
          evidence: { said, account },
          remedies: [
            run('sudo', ...serveCommand(route)),
            run('sudo', 'tailscale', 'set', `--operator=${account}`),
          ],
        },
      );
    }
    case 'occupied': {
      const { route, verdict } = outcome;
      const { entry } = verdict;
      const terminal = entry.isForeground
        ? '; it belongs to a command that runs in a terminal and ends with it'
        : '';
      if (leadsToGateway(entry, route.gatewayPort)) return explainTerminal(outcome.route, entry);
      const how = verdict.kind === 'taken' ? ` as plain ${entry.scheme}` : '';
      return new OpsError(
        'tailnet/occupied',
        `cannot publish ${routeUrl(route)}: port ${route.port} of ${route.name} leads to ${entry.target}${how}, not to ${routeTarget(route)}${terminal}; nothing was changed`,
        {
          evidence: { ...entry },
          remedies: [
            run(
              'clawdbot',
              'tailscale',
              'serve',
              '--https',
              String(route.port === 443 ? 8443 : route.port + 1),
            ),
            read(
              entry.isForeground
                ? 'Or end the `tailscale serve` that runs in a terminal.'
                : `Or, if nobody needs that entry: sudo ${removeCommand(entry).join(' ')}`,
            ),
          ],
        },
      );
    }
    case 'shared': {
      const { route, others } = outcome;
      const paths = others.map(({ path }) => path).join(', ');
      const why = route.isFunnel
        ? `is for the tailnet only, and Funnel opens whole ports: ${paths} would be open, too`
        : `is open to everybody (Funnel), which counts for the whole port: ${paths} is open there`;
      return new OpsError(
        'tailnet/occupied',
        `cannot publish ${routeUrl(route)}: port ${route.port} of ${route.name} ${why}; nothing was changed`,
        {
          evidence: { paths, port: route.port },
          remedies: [
            run('clawdbot', 'tailscale', 'serve', '--https', String(route.port === 443 ? 8443 : 443)),
            read(`Or, if ${paths} may change with it: sudo ${serveCommand(route).join(' ')}`),
          ],
        },
      );
    }
    case 'not-enabled': {
      const where = outcome.link ?? 'https://login.tailscale.com/admin/dns';
      return new OpsError('tailnet/not-enabled', `cannot ${intention}: ${outcome.said}`, {
        evidence: { link: outcome.link },
        remedies: [read(`An administrator of the tailnet switches "HTTPS Certificates" on, once: ${where}`)],
      });
    }
    case 'not-running':
      return new OpsError(
        outcome.isPassing ? 'tailnet/starting' : 'tailnet/unavailable',
        `cannot ${intention}: ${outcome.reason}`,
        {
          evidence: { state: outcome.state },
          remedies: stateRemedies(outcome.state),
        },
      );
    case 'failed':
      return new OpsError(
        'tailnet/failed',
        `cannot ${intention}: tailscaled says ${JSON.stringify(outcome.said)}`,
        {
          evidence: { said: outcome.said },
          remedies: [run('tailscale', 'serve', 'status', '--json')],
        },
      );
  }
}

/** It leads to us, and belongs to a command that runs in a terminal: only that can end it (F-57). */
function explainTerminal(route: Route, { isFunnel, port }: ServeEntry): OpsError {
  const what = isFunnel ? 'open to everybody (Funnel)' : 'published';
  return new OpsError(
    'tailnet/occupied',
    `cannot change ${routeUrl(route)}: it is ${what} by a command that runs in a terminal and ends with it; nothing was changed`,
    {
      evidence: { isFunnel, port },
      remedies: [read(`End the \`tailscale ${isFunnel ? 'funnel' : 'serve'}\` that runs in a terminal.`)],
    },
  );
}

function stateRemedies(state: string): Remedy[] {
  if (state === 'NeedsLogin' || state === 'Stopped') return [run('sudo', 'tailscale', 'up')];
  if (state === 'NeedsMachineAuth')
    return [read('Approve this machine in the admin console of the tailnet.')];
  if (state === 'missing' || state === 'absent') return [run('sudo', 'systemctl', 'start', 'tailscaled')];
  if (state === 'refused' || state === 'silent' || state === 'late')
    return [run('sudo', 'systemctl', 'restart', 'tailscaled')];
  return [];
}

function run(...command: readonly string[]): Remedy {
  return { kind: 'run', command };
}

function read(text: string): Remedy {
  return { kind: 'read', text };
}
