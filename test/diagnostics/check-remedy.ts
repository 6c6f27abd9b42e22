import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import { COMMANDS } from '../../src/cli/commands/index.ts';
import { buildProgram } from '../../src/cli/program/build-program.ts';
import type { Report } from '../../src/diagnostics/index.ts';

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
