import {
  type CommandRun,
  type CommandSpec,
  GLOBAL_OPTIONS,
  type OptionSpec,
} from '../../program/command-spec.ts';
import { bashScript } from './bash-script.ts';
import { placesOf } from './command-tree.ts';
import { fishScript } from './fish-script.ts';
import { zshScript } from './zsh-script.ts';

const ROOT_OPTIONS: readonly OptionSpec[] = [
  ...GLOBAL_OPTIONS,
  { flags: '--version', about: 'print the version' },
  { flags: '--help', about: 'show the help' },
];

/** `completion SHELL`: made from the same table as the parser, so it cannot fall behind. */
export function completionOf(tree: readonly CommandSpec[]): CommandRun {
  return async (cli, { args }) => {
    const places = placesOf(tree, ROOT_OPTIONS);
    const render = { bash: bashScript, zsh: zshScript, fish: fishScript }[args[0] ?? ''];
    cli.out.line((render ?? bashScript)(places).trimEnd());
    return 0;
  };
}
