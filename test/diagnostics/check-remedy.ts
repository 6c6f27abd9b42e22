import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import { COMMANDS } from '../../src/cli/commands/index.ts';
import { buildProgram } from '../../src/cli/program/build-program.ts';
import type { Finding, Report } from '../../src/diagnostics/index.ts';

/** Programs that remedies may name: of the system, there on every machine that has what the finding is about. */
const SYSTEM = new Set([
  ...[
    'chmod',
    'chown',
    'cp',
    'diff',
    'du',
    'journalctl',
    'kill',
    'loginctl',
    'ls',
    'mv',
    'openssl',
    'rm',
    'sysctl',
  ],
  ...['systemctl', 'tailscale', 'timedatectl'],
]);
/** Not installed where tests run. */
const ELSEWHERE = new Set(['tailscale']);

/** The finding with this id. @throws when the report has none */
export function findingOf({ findings }: Report, id: string): Finding {
  const finding = findings.find((candidate) => candidate.id === id);
  if (finding === undefined) throw new Error(`no finding ${id}`);
  return finding;
}

/** The commands among remedies that are typed in turn, by index; the first by default. @throws when there is none */
export function commandsToType(remedies: Finding['remedies'], indexes: readonly number[] = [0]) {
  const commands = remedies.filter((remedy) => remedy.kind === 'run');
  return indexes.map((index) => {
    const command = commands.at(index);
    if (command === undefined) throw new Error(`no command ${index}: ${JSON.stringify(remedies)}`);
    return command;
  });
}

/** Every printed command of a report that could not be typed, with the reason. */
export function refusedRemedies(report: Report): string[] {
  return report.findings.flatMap(({ id, remedies }) =>
    remedies.flatMap((remedy) => {
      if (remedy.kind === 'read') return [];
      const why = refusal(remedy.command);
      return why === undefined ? [] : [`${id}: ${remedy.command.join(' ')}: ${why}`];
    }),
  );
}

function refusal([program = '', ...args]: readonly string[]): string | undefined {
  if (program === 'sudo') return refusal(args);
  if (program === 'clawdbot') return refusalOfOurs(args);
  if (!SYSTEM.has(program)) return 'no known program of the system';
  return ELSEWHERE.has(program) || isOnPath(program) ? undefined : 'not installed';
}

/** Parses the words as the command line would, and runs nothing. */
function refusalOfOurs(args: readonly string[]): string | undefined {
  if (args.length === 1 && args[0] === '--version') return undefined;
  let isChosen = false;
  try {
    buildProgram(COMMANDS, args, () => {
      isChosen = true;
    }).parse(args, { from: 'user' });
  } catch (thrown) {
    return String(thrown);
  }
  return isChosen ? undefined : 'no command was chosen';
}

function isOnPath(program: string): boolean {
  return ['/usr/bin', '/bin', '/usr/sbin', '/sbin'].some((directory) => {
    try {
      accessSync(join(directory, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
