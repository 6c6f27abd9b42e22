import { join } from 'node:path';
import { readTextIfPresent } from '../../state/index.ts';
import { CREDENTIAL_NAME, readTokenFile } from './credential.ts';
import { unitDirectoryOf } from './manager.ts';
import { splitUnitCommand } from './parse-unit-command.ts';
import type { UnitScope } from './render-unit.ts';
import { NOTICE } from './service-units.ts';
import { parseBlocks } from './unit-blocks.ts';
import { type ServiceKind, unitNames } from './unit-names.ts';

/** What an earlier install was told, so that a later one need not be told again (field failure F-70). */
export type InstalledOptions = {
  /** What follows `clawdbot` in the command. */
  args: readonly string[];
  /** The file of `LoadCredential=`. */
  tokenFile: string | undefined;
  /** Variables that say nothing about which service this is, so a shell without them does not mean to unset them. */
  environment: Readonly<Record<string, string>>;
};

const KEPT_VARIABLES = /^(NODE_EXTRA_CA_CERTS|TZ)=(.+)$/;

/** Reads a unit of ours; undefined when there is none, or when it is another program's. */
export function readInstalledOptions(
  unitDirectory: string,
  service: string,
  kind: ServiceKind,
): InstalledOptions | undefined {
  const text = readTextIfPresent(join(unitDirectory, service));
  return text?.includes(NOTICE) ? parseInstalledOptions(text, kind) : undefined;
}

/**
 * The token of an installed gateway whose unit takes it from a file, for clients and checks on the same machine;
 * undefined when it does not, or the file is not for this account. @throws `config/invalid` for an empty file
 */
export function readInstalledToken(of: {
  scope: UnitScope;
  home: string;
  profile: string | undefined;
}): string | undefined {
  const { service } = unitNames('gateway', of.profile);
  const file = readInstalledOptions(unitDirectoryOf(of.scope, of.home), service, 'gateway')?.tokenFile;
  return file === undefined ? undefined : readTokenFile(file);
}

/** The options in the text of a unit. Pure. */
export function parseInstalledOptions(text: string, kind: ServiceKind): InstalledOptions {
  const blocks = parseBlocks(text).flatMap(({ name, blocks }) => (name === 'Service' ? blocks : []));
  const command = splitUnitCommand(blocks.findLast(({ key }) => key === 'ExecStart')?.value ?? '');
  const start = command.findIndex((word, index) => word === kind && command[index + 1] === 'run');
  const credential = blocks
    .filter(({ key }) => key === 'LoadCredential')
    .map(({ value }) => new RegExp(`^${CREDENTIAL_NAME}:(/.+)$`).exec(value)?.[1])
    .findLast((path) => path !== undefined);
  return {
    args: start === -1 ? [] : command.slice(start),
    tokenFile: credential?.replaceAll('%%', '%'),
    environment: Object.fromEntries(
      blocks
        .filter(({ key }) => key === 'Environment')
        .flatMap(({ value }) => splitUnitCommand(value))
        .flatMap((pair) => {
          const [, name, value] = KEPT_VARIABLES.exec(pair) ?? [];
          return name === undefined || value === undefined ? [] : [[name, value]];
        }),
    ),
  };
}

/** The given arguments, and of the earlier ones those whose option is not given again. Pure. */
export function keepArguments(given: readonly string[], earlier: readonly string[]): string[] {
  const [kind, verb, ...fresh] = given;
  const before = optionsOf(earlier.slice(2));
  const now = optionsOf(fresh);
  const kept = before.filter(({ name }) => !now.some((option) => option.name === name));
  return [kind ?? '', verb ?? '', ...[...kept, ...now].flatMap(({ words }) => words)];
}

/** `--tls` and `--no-tls` are one option; every other one of a node takes a value. */
function optionsOf(args: readonly string[]): { name: string; words: readonly string[] }[] {
  const options: { name: string; words: string[] }[] = [];
  for (const word of args) {
    const last = options.at(-1);
    const isValue = last !== undefined && last.words.length === 1 && last.name !== '--tls';
    if (isValue) last.words.push(word);
    else options.push({ name: word.replace(/^--no-/, '--'), words: [word] });
  }
  return options;
}
