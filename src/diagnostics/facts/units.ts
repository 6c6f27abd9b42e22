import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { OpsError } from '../../state/index.ts';
import {
  findServices,
  isLingering,
  type OtherService,
  openServiceManager,
  parseBlocks,
  splitUnitCommand,
  unitNames,
} from '../../supervisor/systemd/index.ts';
import type { ConfigFact } from './config.ts';
import type { Context } from './context.ts';
import { type RecentEnds, recentEnds } from './recent-ends.ts';
import { type LoadedUnit, showUnits } from './show-units.ts';

/** A unit that starts a gateway or node: the file, and how the manager has it loaded. */
export type UnitView = OtherService & {
  /** Written by this program. */
  isOurs: boolean;
  file: { mode: number; uid: number };
  directives: UnitDirectives;
  /** Undefined when its manager cannot be asked. */
  loaded: LoadedUnit | undefined;
  /**
   * Drop-ins on disk that are not loaded. systemd 252 does not count those of a new directory in NeedDaemonReload: it
   * looks into its cache of paths.
   */
  unloadedDropIns: readonly string[];
  /** Drop-ins that are loaded or lie beside the unit, with the directives each of them sets. */
  dropIns: readonly { path: string; keys: readonly string[] }[];
  /** How often it ended and was started again lately; undefined when it is at rest, or the journal does not say. */
  recent: RecentEnds | undefined;
};

type UnitFileView = Omit<UnitView, 'loaded' | 'unloadedDropIns' | 'dropIns' | 'recent'>;

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
  /** Units of ours that are linked to /dev/null: their files say nothing, only the manager knows. */
  masked: readonly { unit: string; scope: 'user' | 'system' }[];
  account: string;
  lingering: boolean;
};

/** Reads unit files of both scopes and asks their managers, one question per manager. */
export async function collectUnits(context: Context, { config }: ConfigFact): Promise<UnitsFact> {
  const { services, unreadable } = findServices(context.paths.home);
  const secrets = [config.gateway.auth.token, config.gateway.auth.password];
  const inspected = services.map((service) => inspectFile(service, secrets));
  const [user, system] = await Promise.all([
    askManager('user', context, inspected),
    askManager('system', context, inspected),
  ]);
  const looks = inspected.map(async (unit) => {
    const loaded = (unit.scope === 'user' ? user : system).loaded.get(unit.unit);
    const beside = dropInsOf(unit.path);
    const unloadedDropIns = beside.filter((path) => loaded?.dropIns.includes(path) === false);
    const dropIns = [...new Set([...beside, ...(loaded?.dropIns ?? [])])].map(readKeys);
    return {
      ...unit,
      loaded,
      unloadedDropIns,
      dropIns,
      recent: await recentEnds({ ...unit, loaded }, context),
    };
  });
  const account = user.account;
  const masked = [
    ...maskedIn(user.loaded).map((unit) => ({ unit, scope: 'user' as const })),
    ...maskedIn(system.loaded).map((unit) => ({ unit, scope: 'system' as const })),
  ];
  return {
    units: await Promise.all(looks),
    unreadable,
    managers: { user: user.state, system: system.state },
    masked,
    account,
    lingering: isLingering(account),
  };
}

async function askManager(
  scope: 'user' | 'system',
  { env, paths }: Context,
  units: readonly UnitFileView[],
): Promise<{ state: ManagerState; loaded: ReadonlyMap<string, LoadedUnit>; account: string }> {
  let account = env['USER'] ?? '';
  try {
    const manager = openServiceManager({ scope, env });
    account = manager.account.name;
    const own = (['gateway', 'node'] as const).map((kind) => unitNames(kind, paths.profile).service);
    const names = new Set([...own, ...units.filter((unit) => unit.scope === scope).map(({ unit }) => unit)]);
    return { state: { kind: 'reachable' }, loaded: await showUnits(manager, [...names]), account };
  } catch (thrown) {
    if (!(thrown instanceof OpsError)) throw thrown;
    const state = { kind: 'unavailable', code: thrown.code, reason: thrown.message } as const;
    return { state, loaded: new Map(), account };
  }
}

function dropInsOf(path: string): string[] {
  try {
    return readdirSync(`${path}.d`)
      .filter((name) => name.endsWith('.conf'))
      .map((name) => join(`${path}.d`, name));
  } catch {
    return []; // no drop-ins, or none that this account may see
  }
}

function readKeys(path: string): { path: string; keys: readonly string[] } {
  try {
    const blocks = parseBlocks(readFileSync(path, 'utf8')).flatMap((section) => section.blocks);
    return { path, keys: [...new Set(blocks.map(({ key }) => key).filter((key) => key !== undefined))] };
  } catch {
    return { path, keys: [] }; // gone meanwhile, or not for this account
  }
}

function maskedIn(loaded: ReadonlyMap<string, LoadedUnit>): string[] {
  return [...loaded].filter(([, { loadState }]) => loadState === 'masked').map(([name]) => name);
}

function inspectFile(service: OtherService, configSecrets: readonly (string | undefined)[]): UnitFileView {
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
