import { OpsError, type Remedy } from '../../state/index.ts';
import type { ChangeOutcome } from './publish.ts';
import { removeCommand, routeTarget, routeUrl, serveCommand } from './route.ts';

/** Why a change did not come about, as an error with the exact commands; undefined when it did. `account`: the service's. */
export function explainOutcome(outcome: ChangeOutcome, account: string): OpsError | undefined {
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
    case 'not-enabled': {
      const where = outcome.link ?? 'https://login.tailscale.com/admin/dns';
      return new OpsError('tailnet/not-enabled', `cannot publish the gateway: ${outcome.said}`, {
        evidence: { link: outcome.link },
        remedies: [read(`An administrator of the tailnet switches "HTTPS Certificates" on, once: ${where}`)],
      });
    }
    case 'not-running':
      return new OpsError(
        outcome.isPassing ? 'tailnet/starting' : 'tailnet/unavailable',
        `cannot publish the gateway: ${outcome.reason}`,
        {
          evidence: { state: outcome.state },
          remedies: stateRemedies(outcome.state),
        },
      );
    case 'failed':
      return new OpsError(
        'tailnet/failed',
        `cannot publish the gateway: tailscaled says ${JSON.stringify(outcome.said)}`,
        {
          evidence: { said: outcome.said },
          remedies: [run('tailscale', 'serve', 'status', '--json')],
        },
      );
  }
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
