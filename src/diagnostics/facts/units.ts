import { readFileSync, statSync } from 'node:fs';
import { OpsError } from '../../state/index.ts';
import {
  findServices,
  isLingering,
  type OtherService,
  openServiceManager,
  parseBlocks,
  splitUnitCommand,
} from '../../supervisor/systemd/index.ts';
import type { ConfigFact } from './config.ts';
import type { Context } from './context.ts';
import { type LoadedUnit, showUnits } from './show-units.ts';

/** A unit that starts a gateway or node: the file, and how the manager has it loaded. */
export type UnitView = OtherService & {
  /** Written by this program. */
  isOurs: boolean;
  file: { mode: number; uid: number };
  directives: UnitDirectives;
  /** Undefined when its manager cannot be asked. */
  loaded: LoadedUnit | undefined;
};

/** What the file says, environment values reduced to what may be shown. */
export type UnitDirectives = {
  killMode: string | undefined;
  restart: string | undefined;
  restartPrevent: readonly string[];
  after: readonly string[];
  /** Start-limit keys in a section where systemd ignores them. */
  misplacedLimits: readonly string[];
  environmentNames: readonly string[];
  /** Variables whose value is a credential, and whether it is the one of the config. */
  secrets: readonly { name: string; sameAsConfig: boolean }[];
  /** Variables whose value is the word `undefined` or `null`. */
  senseless: readonly string[];
  path: readonly string[];
  port: number | undefined;
  /** Paths of the command (program and script) that do not exist. */
  missing: readonly string[];
};

export type ManagerState = { kind: 'reachable' } | { kind: 'unavailable'; code: string; reason: string };

export type UnitsFact = {
  units: readonly UnitView[];
  unreadable: readonly string[];
  managers: { user: ManagerState; system: ManagerState };
  account: string;
  lingering: boolean;
};

/** Reads unit files of both scopes and asks their managers, one question per manager. */
export async function collectUnits(context: Context, { config }: ConfigFact): Promise<UnitsFact> {
  const { env, paths } = context;
  const { services, unreadable } = findServices(paths.home);
  const secrets = [config.gateway.auth.token, config.gateway.auth.password];
  const inspected = services.map((service) => inspectFile(service, secrets));
  const [user, system] = await Promise.all([
    askManager('user', env, inspected),
    askManager('system', env, inspected),
  ]);
  const units = inspected.map((unit) => ({
    ...unit,
    loaded: (unit.scope === 'user' ? user : system).loaded.get(unit.unit),
  }));
  const account = user.account;
  return {
    units,
    unreadable,
    managers: { user: user.state, system: system.state },
    account,
    lingering: isLingering(account),
  };
}

async function askManager(
  scope: 'user' | 'system',
  env: Context['env'],
  units: readonly Omit<UnitView, 'loaded'>[],
): Promise<{ state: ManagerState; loaded: ReadonlyMap<string, LoadedUnit>; account: string }> {
  let account = env['USER'] ?? '';
  try {
    const manager = openServiceManager({ scope, env });
    account = manager.account.name;
    const names = units.filter((unit) => unit.scope === scope).map(({ unit }) => unit);
    return { state: { kind: 'reachable' }, loaded: await showUnits(manager, names), account };
  } catch (thrown) {
    if (!(thrown instanceof OpsError)) throw thrown;
    const state = { kind: 'unavailable', code: thrown.code, reason: thrown.message } as const;
    return { state, loaded: new Map(), account };
  }
}

function inspectFile(
  service: OtherService,
  configSecrets: readonly (string | undefined)[],
): Omit<UnitView, 'loaded'> {
  const text = readFileSync(service.path, 'utf8');
  const { mode, uid } = statSync(service.path);
  return {
    ...service,
    isOurs: text.includes('[X-Clawdbot]'),
    file: { mode: mode & 0o7777, uid },
    directives: readDirectives(text, configSecrets, existsOnDisk),
  };
}

/** What a unit file says that matters here. Pure but for the question whether a path exists. */
export function readDirectives(
  text: string,
  configSecrets: readonly (string | undefined)[],
  exists: (path: string) => boolean,
): UnitDirectives {
  const sections = parseBlocks(text);
  const all = (section: string, key: string): string[] =>
    sections
      .filter(({ name }) => name === section)
      .flatMap(({ blocks }) => blocks.filter((block) => block.key === key).map(({ value }) => value));
  const last = (section: string, key: string): string | undefined => all(section, key).at(-1);
  const words = (section: string, key: string): string[] =>
    all(section, key).join(' ').split(/\s+/).filter(Boolean);
  const environment = all('Service', 'Environment')
    .flatMap(splitUnitCommand)
    .map((pair): [string, string] => {
      const cut = pair.indexOf('=');
      return [pair.slice(0, cut), pair.slice(cut + 1)];
    });
  const command = splitUnitCommand(last('Service', 'ExecStart') ?? '');
  const variable = (name: string): string | undefined => environment.findLast(([key]) => key === name)?.[1];
  const flag = command.indexOf('--port');
  const port = Number((flag < 0 ? undefined : command[flag + 1]) ?? variable('CLAWDBOT_GATEWAY_PORT'));
  const limits = ['StartLimitIntervalSec', 'StartLimitBurst', 'StartLimitInterval'];
  return {
    killMode: last('Service', 'KillMode'),
    restart: last('Service', 'Restart'),
    restartPrevent: words('Service', 'RestartPreventExitStatus'),
    after: words('Unit', 'After'),
    misplacedLimits: limits.filter((key) => all('Service', key).length > 0),
    environmentNames: environment.map(([name]) => name),
    secrets: environment
      .filter(([name, value]) => /TOKEN|PASSWORD|SECRET|API_?KEY/i.test(name) && value !== '')
      .map(([name, value]) => ({ name, sameAsConfig: configSecrets.includes(value) })),
    senseless: environment.filter(([, value]) => /^(undefined|null)$/.test(value)).map(([name]) => name),
    path: (variable('PATH') ?? '').split(':').filter(Boolean),
    port: Number.isInteger(port) && port > 0 ? port : undefined,
    missing: [command[0] ?? '', ...command.slice(1).filter((word) => /^\/.*\.[cm]?js$/.test(word))].filter(
      (path) => path.startsWith('/') && !path.includes('%') && !exists(path),
    ),
  };
}

function existsOnDisk(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}
