import { configSchema } from '../../../state/index.ts';
import type { CommandRun } from '../../program/command-spec.ts';

/** `config schema`: always JSON. */
export const run: CommandRun = async (cli) => {
  cli.out.value(configSchema());
  return 0;
};
