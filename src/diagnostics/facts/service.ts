import { OpsError } from '../../state/index.ts';
import type { PortVerdict } from '../../supervisor/index.ts';
import {
  openServiceManager,
  type ServiceKind,
  type ServiceStatus,
  serviceStatus,
  unitNames,
} from '../../supervisor/systemd/index.ts';
import { Unavailable } from '../engine/collect-facts.ts';
import type { ConfigFact } from './config.ts';
import type { Context } from './context.ts';
import type { UnitsFact } from './units.ts';

/** Our own service; undefined when it is not installed in the scope asked about. */
export type ServiceFact = ServiceStatus | undefined;

/** 1.2 s for each question to the manager: the fact has 2 s in all. */
const QUESTION_MS = 1_200;

/** What `gateway status` and `node status` know, for a service that is installed. */
export async function collectService(
  { env, paths, scope, version }: Context,
  kind: ServiceKind,
  { settings, config }: ConfigFact,
  { units, managers }: UnitsFact,
  port?: PortVerdict,
): Promise<ServiceFact> {
  const name = unitNames(kind, paths.profile).service;
  const isInstalled = units.some((unit) => unit.isOurs && unit.unit === name && unit.scope === scope);
  if (!isInstalled) return undefined;
  if (managers[scope].kind === 'unavailable') throw new Unavailable(managers[scope].reason);
  try {
    const manager = openServiceManager({ scope, env });
    const listen =
      kind === 'gateway' ? settings.addresses.map(({ host }) => ({ host, port: settings.port })) : [];
    return await serviceStatus(
      {
        kind,
        profile: paths.profile,
        stateDir: paths.stateDir,
        version,
        env,
        args: [kind, 'run'],
        listen,
        drainMs: config.supervisor.drainMs,
      },
      { ...manager, systemctl: (args) => manager.systemctl(args, { deadlineMs: QUESTION_MS }) },
      {
        ...(port === undefined ? {} : { listeners: port.kind === 'taken' ? port.listeners : port.nearby }),
        // No check reads them, and a journal may take its time just when a service is restarted over and over.
        lastLines: [],
      },
    );
  } catch (thrown) {
    if (thrown instanceof OpsError) throw new Unavailable(thrown.message);
    throw thrown;
  }
}
