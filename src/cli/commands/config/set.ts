import { OpsError, parseJson5, setConfigValue } from '../../../state/index.ts';
import type { CommandRun } from '../../program/command-spec.ts';
import { hasOption } from '../../program/option-values.ts';
import { refusedWrite } from '../../setup/refused-write.ts';

/** `config set` (cli-and-state §7). An unknown key is refused with what is known about it, `--force` stores it. */
export const run: CommandRun = async (cli, { args, options }) => {
  const [path = '', text = ''] = args;
  const intention = `set ${path}`;
  const outcome = setConfigValue(cli.paths, path, readValue(text, cli.out.json, intention), {
    env: cli.env,
    ...(hasOption(options, 'force') ? { unknownKeys: 'keep' as const } : {}),
  });
  if (outcome.kind === 'refused') throw refusedWrite(intention, outcome);
  if (cli.out.json) cli.out.value({ ok: true, path, changed: outcome.changed });
  cli.out.line(
    outcome.changed ? `Updated ${path}. Restart the gateway to apply.` : `${path} has that value already.`,
  );
  return 0;
};

function readValue(text: string, strict: boolean, intention: string): unknown {
  const parsed = parseJson5(text);
  if (parsed.kind === 'parsed') return parsed.value;
  if (!strict) return text;
  throw new OpsError('usage', `cannot ${intention}: Failed to parse JSON5 value: ${parsed.message}`);
}
