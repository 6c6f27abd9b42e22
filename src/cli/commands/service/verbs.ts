import { setTimeout as delay } from 'node:timers/promises';
import { OpsError } from '../../../state/index.ts';
import { bindRelation, inspectListeners, type Listener } from '../../../supervisor/index.ts';
import { restartService, startService, stopService, unitNames } from '../../../supervisor/systemd/index.ts';
import { describeListeners } from '../../connection/local-owner.ts';
import type { CommandRun } from '../../program/command-spec.ts';
import { type ServiceTarget, serviceTarget } from './service-request.ts';

const ACTIONS = { start: startService, stop: stopService, restart: restartService } as const;

/** `start`, `stop` and `restart` of a service. */
export function verbCommand(kind: 'gateway' | 'node', verb: keyof typeof ACTIONS): CommandRun {
  return async (cli, { options }) => {
    const target = serviceTarget(cli, kind, { options });
    const names = unitNames(kind, target.request.profile);
    const { facts, did } = await ACTIONS[verb](target.manager, names);
    if (verb === 'stop') await requireSilence(target);
    else requireConfiguredPort(target);
    const status = facts.statusText;
    if (cli.out.json)
      cli.out.value({ action: verb, ok: true, did, scope: target.manager.scope, unit: facts });
    cli.out.line(`${did} (${target.manager.name})`);
    if (status !== '' && verb !== 'stop') cli.out.line(`Status: ${status}`);
    return 0;
  };
}

/** 2 s: sockets of an ended process are gone within milliseconds. */
const SILENCE_TRIES = 40;

/** A stop is no success while somebody still answers on the port (field failure F-15). @throws `port/in-use` */
async function requireSilence({ request, settings }: ServiceTarget): Promise<void> {
  if (request.kind === 'node') return;
  for (let tries = 0; ownListeners(settings).length > 0; tries += 1) {
    if (tries < SILENCE_TRIES) {
      await delay(50);
      continue;
    }
    const left = describeListeners(ownListeners(settings));
    throw new OpsError(
      'port/in-use',
      `cannot free port ${settings.port}: the service is stopped, but ${left}`,
      {
        remedies: [{ kind: 'run', command: ['clawdbot', 'listeners', '--port', String(settings.port)] }],
      },
    );
  }
}

/**
 * A start is no success while the port of the config is silent (field failure F-21): the socket unit has the port of the
 * last install. @throws `unit/inactive`
 */
function requireConfiguredPort({ request, settings }: ServiceTarget): void {
  if (request.kind === 'node' || ownListeners(settings).length > 0) return;
  throw new OpsError(
    'unit/inactive',
    `cannot serve on port ${settings.port}: the service runs, but its socket unit has the addresses of an earlier install`,
    { remedies: [{ kind: 'run', command: ['clawdbot', 'gateway', 'install'] }] },
  );
}

/** Who listens where the gateway does: tailscaled holds the same port on the addresses of the tailnet, all the time. */
function ownListeners({ port, addresses }: ServiceTarget['settings']): Listener[] {
  return inspectListeners({ port }).filter((listener) =>
    addresses.some(({ host }) => bindRelation(listener, host) !== 'unrelated'),
  );
}
