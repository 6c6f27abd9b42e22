import { CommanderError } from 'commander';
import { OpsError, resolvePaths } from '../../state/index.ts';
import type { Cli } from '../cli.ts';
import { COMMANDS } from '../commands/index.ts';
import { createOutput } from '../output/output.ts';
import { renderError } from '../output/render-error.ts';
import { buildProgram, type Selected } from './build-program.ts';
import { commandWords, helpWords } from './help-words.ts';
import { hasOption, textOption } from './option-values.ts';
import { selfCommand } from './self-command.ts';
import { usageError, withHelp } from './usage-error.ts';

/** Parses the words after `clawdbot`, runs the command, shows its failure. Gives the exit status. Never throws. */
export async function runCommand(argv: readonly string[]): Promise<number> {
  const secrets = new Set<string>();
  const options = { json: argv.includes('--json'), noColor: argv.includes('--no-color'), env: process.env };
  let out = createOutput(options);
  let path: readonly string[] = [];
  try {
    const selected = select(helpWords(COMMANDS, argv), out.json);
    if (typeof selected === 'number') return selected;
    path = selected.path;
    out = createOutput({
      json: hasOption(selected.options, 'json'),
      noColor: selected.options['color'] === false,
      env: process.env,
    });
    const env = environmentOf(selected.options);
    const cli: Cli = {
      out,
      env,
      paths: resolvePaths(env),
      secrets,
      // Looks at PATH and the account; most commands never need it.
      get self() {
        return selfCommand(env);
      },
    };
    const run = await selected.spec.load?.();
    return (await run?.(cli, selected)) ?? 0;
  } catch (thrown) {
    const error = thrown instanceof OpsError ? withHelp(thrown, path) : thrown;
    const { text, json, exitClass } = renderError(error, { secrets, self: selfCommand(process.env) });
    if (out.json) out.value(json);
    out.note(text);
    return exitClass;
  }
}

/** The chosen command, or an exit status when parsing already answered (help, version). @throws `usage` */
function select(argv: readonly string[], json: boolean): Selected | number {
  let selected: Selected | undefined;
  const program = buildProgram(COMMANDS, argv, (choice) => {
    selected = choice;
  });
  try {
    program.parse(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.code === 'commander.help' && !json) return 1;
    if (error.exitCode === 0) return 0;
    throw usageError(error, argv, commandWords(COMMANDS, argv));
  }
  return selected ?? 1;
}

/** @throws `usage` for a profile name that cannot be one, or `--dev` with another profile */
function environmentOf(options: Selected['options']): NodeJS.ProcessEnv {
  const profile = textOption(options, 'profile');
  if (profile?.trim() === '') {
    // An empty variable in a script must not lead to the default state.
    throw new OpsError('usage', 'cannot use the profile "": a name has letters, digits, _ and -');
  }
  if (!hasOption(options, 'dev')) {
    return profile === undefined ? process.env : { ...process.env, CLAWDBOT_PROFILE: profile };
  }
  if (profile !== undefined && profile !== 'dev') {
    throw new OpsError(
      'usage',
      `cannot use --dev together with --profile ${profile}: --dev is the profile "dev"`,
    );
  }
  return { ...process.env, CLAWDBOT_PROFILE: 'dev' };
}
