import { accessSync, constants } from 'node:fs';
import { networkInterfaces, userInfo } from 'node:os';
import {
  type GatewayOverrides,
  type GatewaySettings,
  type LoadedConfig,
  loadConfig,
  OpsError,
  resolveGatewaySettings,
  resolvePaths,
  type StatePaths,
  systemErrorCode,
} from '../../../state/index.ts';
import {
  openServiceManager,
  readInstalledToken,
  type ServiceManager,
  type ServiceRequest,
} from '../../../supervisor/systemd/index.ts';
import type { Cli } from '../../cli.ts';
import type { Options } from '../../program/command-spec.ts';
import { hasOption } from '../../program/option-values.ts';
import { VERSION } from '../../version.ts';
import type { TokenChoice } from './token-file.ts';

/** State directory of a service of the system scope. */
const SYSTEM_STATE = '/var/lib/clawdbot';

export type ServiceTarget = {
  request: ServiceRequest;
  manager: ServiceManager;
  paths: StatePaths;
  loaded: LoadedConfig;
  settings: GatewaySettings;
};

/**
 * The command line as seen by a service of the system scope: its state directory instead of the caller's.
 * @throws `unit/refused` when the caller may not look into it
 */
export function cliOfScope(cli: Cli, options: Options): Cli {
  if (!hasOption(options, 'system')) return cli;
  const env = { ...cli.env, CLAWDBOT_STATE_DIR: cli.env['CLAWDBOT_STATE_DIR'] || SYSTEM_STATE };
  refuseHiddenState(env.CLAWDBOT_STATE_DIR);
  return { ...cli, env, paths: resolvePaths({ ...env, HOME: SYSTEM_STATE }) };
}

function refuseHiddenState(stateDir: string): void {
  try {
    accessSync(stateDir, constants.R_OK | constants.X_OK);
  } catch (cause) {
    if (systemErrorCode(cause) !== 'EACCES') return; // absent: install makes it
    const { username } = userInfo();
    throw new OpsError(
      'unit/refused',
      `cannot look into ${stateDir}: it is for the service of the machine, and ${username} is not root`,
      {
        cause,
        remedies: [
          { kind: 'read', text: 'repeat the command with sudo' },
          { kind: 'read', text: 'or leave --system away for a service of this account' },
        ],
      },
    );
  }
}

/** Works out which service of which manager a command is about. @throws `unit/no-systemd`, `unit/refused` */
export function serviceTarget(
  cli: Cli,
  kind: 'gateway' | 'node',
  {
    options,
    args = [],
    token = { kind: 'as-before' },
  }: { options: Options; args?: readonly string[]; token?: TokenChoice },
): ServiceTarget {
  const manager = openServiceManager({
    scope: hasOption(options, 'system') ? 'system' : 'user',
    env: cli.env,
  });
  const { env, paths } = cliOfScope(cli, options);
  const loaded = loadConfig(paths, env);
  const settings = resolveGatewaySettings(
    loaded,
    env,
    kind === 'node' || token.kind === 'config' ? {} : tokenOfUnit(token, loaded, manager),
    networkInterfaces(),
  );
  const listen =
    kind === 'gateway' ? settings.addresses.map(({ host }) => ({ host, port: settings.port })) : [];
  const request: ServiceRequest = {
    kind,
    profile: paths.profile,
    stateDir: paths.stateDir,
    version: VERSION,
    env,
    args: [kind, 'run', ...args],
    ...(token.kind === 'as-before' ? {} : { tokenFile: token.kind === 'file' ? token.path : null }),
    listen,
    drainMs: loaded.config.supervisor.drainMs,
  };
  return { request, manager, paths, loaded, settings };
}

/** The token that the unit passes on instead of the config. */
function tokenOfUnit(
  choice: Exclude<TokenChoice, { kind: 'config' }>,
  { config, paths }: LoadedConfig,
  { scope, account }: ServiceManager,
): GatewayOverrides {
  if (choice.kind === 'file') return { token: choice.token };
  if (config.gateway.auth.token !== undefined) return {};
  const token = readInstalledToken({ scope, home: account.home, profile: paths.profile });
  return token === undefined ? {} : { token };
}

/** `onboard` sets up the caller's own state unless it is told of the one of the machine. */
function onboardEnvironment({ scope }: ServiceManager, { stateDir }: StatePaths): string[] {
  return scope === 'system' ? ['sudo', 'env', `CLAWDBOT_STATE_DIR=${stateDir}`] : [];
}

/** A service that would only fail is not installed. @throws `config/missing`, `config/invalid` */
export function requireUsableConfig({ manager, loaded, settings }: ServiceTarget): void {
  if (!loaded.exists) {
    throw new OpsError('config/missing', `cannot install the gateway service: there is no ${loaded.path}`, {
      remedies: [
        { kind: 'run', command: [...onboardEnvironment(manager, loaded.paths), 'clawdbot', 'onboard'] },
      ],
    });
  }
  const [first] = settings.problems;
  if (loaded.valid && first === undefined) return;
  const reason =
    first?.message ?? loaded.issues.find(({ severity }) => severity === 'error')?.message ?? 'invalid';
  throw new OpsError('config/invalid', `cannot install the gateway service: ${loaded.path}: ${reason}`, {
    remedies: [{ kind: 'run', command: ['clawdbot', 'config', 'validate'] }],
  });
}
