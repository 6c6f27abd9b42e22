import { loadConfig } from '../../../state/index.ts';
import {
  DEFAULT_PACE,
  DEFAULT_PATIENCE,
  DEFAULT_POLICY,
  findStarter,
  parseServices,
  type ServiceSpec,
} from '../../../supervisor/index.ts';
import type { Cli } from '../../cli.ts';

/** Starters under which a second gateway should wait for the first; a person wants to be told instead. */
const PATIENT_STARTERS: ReadonlySet<string> = new Set(['unit', 'container', 'supervisor']);

/**
 * What `up` keeps running: the gateway, the node of this machine, and the programs of `supervisor.services`.
 * Children get no secret in their arguments; they read the config themselves.
 * @throws `config/invalid`
 */
export function servicesOf(cli: Cli, { displayName }: { displayName: string | undefined }): ServiceSpec[] {
  const { config, parsed } = loadConfig(cli.paths, cli.env);
  const port = cli.env['CLAWDBOT_GATEWAY_PORT']?.trim() || String(config.gateway.port);
  const isPatient = PATIENT_STARTERS.has(findStarter(process.pid).kind);
  const shared = {
    cwd: cli.paths.stateDir,
    env: cli.env,
    claim: undefined,
    patience: { ...DEFAULT_PATIENCE, drainMs: config.supervisor.drainMs + ROOM_MS },
    policy: DEFAULT_POLICY,
    probe: DEFAULT_PACE,
  };
  const gateway: ServiceSpec = {
    ...shared,
    name: 'gateway',
    command: ownCommand(['gateway', 'run', '--on-conflict', isPatient ? 'standby' : 'fail']),
    // Whoever took it over since is waited for.
    commandOnceReady: ownCommand(['gateway', 'run', '--on-conflict', 'standby']),
    readiness: { kind: 'gateway', stateDir: cli.paths.stateDir },
  };
  const node: ServiceSpec = {
    ...shared,
    name: 'node',
    command: ownCommand([
      'node',
      'run',
      '--host',
      '127.0.0.1',
      '--port',
      port,
      ...(config.gateway.tls.enabled ? ['--tls'] : []),
      ...(displayName === undefined ? [] : ['--display-name', displayName]),
    ]),
    readiness: { kind: 'alive' },
  };
  const others = parseServices(servicesValue(parsed), { stateDir: cli.paths.stateDir, env: cli.env });
  return [gateway, node, ...others];
}

/** The gateway's own limit comes first; then TERM. */
const ROOM_MS = 2_000;

/** This program again, with the same interpreter. */
function ownCommand(args: readonly string[]): [string, ...string[]] {
  const [, script = ''] = process.argv;
  return [process.execPath, script, ...args];
}

/** `supervisor.services` as written; its schema is the supervisor's. */
function servicesValue(parsed: unknown): unknown {
  const supervisor =
    typeof parsed === 'object' && parsed !== null && 'supervisor' in parsed ? parsed.supervisor : undefined;
  return typeof supervisor === 'object' && supervisor !== null && 'services' in supervisor
    ? supervisor.services
    : undefined;
}
