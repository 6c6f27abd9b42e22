import { resolve } from 'node:path';
import {
  type ConfigIssue,
  type ConfigReading,
  loadConfig,
  OpsError,
  readTextIfPresent,
  validateConfigText,
} from '../../../state/index.ts';
import { escapeLines } from '../../output/escape-text.ts';
import { shellText } from '../../output/shell-text.ts';
import type { CommandRun } from '../../program/command-spec.ts';

/** Same class as a gateway that refuses the file. */
const INVALID = 78;

/** `config validate`: every problem with its place; unknown keys are reported and harmless. */
export const run: CommandRun = async (cli, { args }) => {
  const path = args[0] === undefined ? cli.paths.config : resolve(args[0]);
  const own = args[0] === undefined ? loadConfig(cli.paths, cli.env) : undefined;
  const reading: ConfigReading = own ?? readOther(path, cli.env);
  const isMissing = own?.exists === false;
  const errors = reading.issues.filter(({ severity }) => severity === 'error');
  if (cli.out.json) {
    cli.out.value({
      path,
      exists: !isMissing,
      valid: errors.length === 0,
      issues: reading.issues,
      unknownKeys: reading.unknownKeys,
    });
    return errors.length === 0 ? 0 : INVALID;
  }
  cli.out.line(
    errors.length === 0
      ? `Config valid: ${path}${isMissing ? ' (missing, defaults hold)' : ''}`
      : `Config invalid\nFile: ${path}\nProblem:`,
  );
  for (const issue of reading.issues) cli.out.line(escapeLines(issueText(issue)));
  for (const { path: key, nearest, note, remedies } of reading.unknownKeys) {
    const hint = note ?? (nearest === undefined ? 'kept and ignored' : `did you mean ${nearest}?`);
    cli.out.line(escapeLines(`  - unknown key ${key}: ${hint}`));
    for (const remedy of remedies ?? [])
      if (remedy.kind === 'run') cli.out.line(`    ${shellText(remedy.command)}`);
  }
  return errors.length === 0 ? 0 : INVALID;
};

function readOther(path: string, env: NodeJS.ProcessEnv): ConfigReading {
  const text = readTextIfPresent(path);
  if (text === undefined)
    throw new OpsError('config/missing', `cannot validate ${path}: there is no such file`);
  return validateConfigText(text, { env, includes: { file: path, read: readTextIfPresent } });
}

function issueText({ path, message, line, column, severity }: ConfigIssue): string {
  const place = line === undefined ? '' : ` (line ${line}, column ${column ?? 1})`;
  return `  - ${severity === 'warning' ? 'warning: ' : ''}${path === '' ? 'file' : path}: ${message}${message.includes(`line ${line}`) ? '' : place}`;
}
