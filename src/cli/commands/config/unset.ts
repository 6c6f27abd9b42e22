import { unsetConfigValue } from '../../../state/index.ts';
import type { CommandRun } from '../../program/command-spec.ts';
import { refusedWrite } from '../../setup/refused-write.ts';

/** `config unset`. */
export const run: CommandRun = async (cli, { args }) => {
  const path = args[0] ?? '';
  const outcome = unsetConfigValue(cli.paths, path, { env: cli.env });
  if (outcome.kind === 'refused') throw refusedWrite(`unset ${path}`, outcome);
  if (cli.out.json) cli.out.value({ ok: true, path, changed: outcome.changed });
  cli.out.line(`Removed ${path}. Restart the gateway to apply.`);
  return 0;
};
