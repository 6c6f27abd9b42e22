import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorText } from '../../state/index.ts';
import { splitUnitCommand } from './parse-unit-command.ts';
import type { UnitScope } from './render-unit.ts';
import { parseBlocks } from './unit-blocks.ts';
import type { ServiceKind } from './unit-names.ts';

/** A unit that starts a gateway or node, whoever wrote it. */
export type OtherService = {
  unit: string;
  path: string;
  scope: UnitScope;
  kind: ServiceKind;
  /** The product its command belongs to. */
  product: 'clawdbot' | 'moltbot' | 'openclaw' | 'clawdbot-supervisor';
  command: readonly string[];
  /** From its environment; undefined for the default one. */
  stateDir: string | undefined;
  /** Started at boot or login: linked from a `.wants` directory. */
  enabled: boolean;
  /** The account of a system unit. */
  user: string | undefined;
};

/** Directories with units of administrators and users; those of packages (`/usr/lib`) belong to somebody's package. */
type UnitDirectory = { path: string; scope: UnitScope };

/**
 * Every unit of both scopes that starts a gateway or a node: of this product, of its former names, of a copy under
 * another file name (field failures F-29, F-30). Judged by the command, not by a word in the text: a backup job that
 * mentions the product is none.
 */
export function findServices(home: string): { services: OtherService[]; unreadable: string[] } {
  const directories: UnitDirectory[] = [
    { path: join(home, '.config/systemd/user'), scope: 'user' },
    { path: '/etc/systemd/user', scope: 'user' },
    { path: '/etc/systemd/system', scope: 'system' },
  ];
  const unreadable: string[] = [];
  const services = directories.flatMap((directory) => {
    if (!existsSync(directory.path)) return [];
    try {
      const enabled = wantedUnits(directory.path);
      return readdirSync(directory.path)
        .filter((name) => name.endsWith('.service'))
        .flatMap((unit) => readService(unit, directory, enabled, unreadable));
    } catch (thrown) {
      unreadable.push(errorText(thrown));
      return [];
    }
  });
  return { services, unreadable };
}

function readService(
  unit: string,
  directory: UnitDirectory,
  enabled: ReadonlySet<string>,
  unreadable: string[],
): OtherService[] {
  const path = join(directory.path, unit);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (thrown) {
    unreadable.push(errorText(thrown));
    return [];
  }
  const found = recogniseService(text);
  return found === undefined
    ? []
    : [{ unit, path, scope: directory.scope, enabled: enabled.has(unit), ...found }];
}

/** What a unit file starts, if that is a gateway or node. Pure. */
export function recogniseService(
  text: string,
): Pick<OtherService, 'kind' | 'product' | 'command' | 'stateDir' | 'user'> | undefined {
  const blocks = parseBlocks(text).flatMap(({ name, blocks }) => (name === 'Service' ? blocks : []));
  const command = splitUnitCommand(blocks.findLast(({ key }) => key === 'ExecStart')?.value ?? '');
  const product = command
    // Interpreter and script; OpenClaw 2026.9 puts options of the interpreter between them.
    .filter((word) => !word.startsWith('-'))
    .slice(0, 2)
    .map((word) => /(?:^|\/)(clawdbot-supervisor|clawdbot|moltbot|openclaw)(?:\/|\.m?js$|$)/.exec(word)?.[1])
    .find((name) => name !== undefined);
  const kind = command.includes('gateway') ? 'gateway' : command.includes('node') ? 'node' : undefined;
  if (product === undefined || kind === undefined) return undefined;
  const environment = blocks
    .filter(({ key }) => key === 'Environment')
    .flatMap(({ value }) => splitUnitCommand(value));
  const stateDir = environment
    .map((pair) => /^(?:CLAWDBOT|MOLTBOT|OPENCLAW)_STATE_DIR=(.+)$/.exec(pair)?.[1])
    .find((value) => value !== undefined);
  return {
    kind,
    product: product as OtherService['product'], // one of the alternatives of the expression above
    command,
    stateDir,
    user: blocks.findLast(({ key }) => key === 'User')?.value,
  };
}

function wantedUnits(directory: string): Set<string> {
  const wants = readdirSync(directory).filter((name) => /\.(wants|requires)$/.test(name));
  return new Set(wants.flatMap((name) => readdirSync(join(directory, name))));
}
