import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import { VERSION } from '../version.ts';
import {
  type ArgumentSpec,
  CONNECTION_OPTIONS,
  type CommandSpec,
  GLOBAL_OPTIONS,
  type OptionSpec,
  type Options,
  type OptionValue,
} from './command-spec.ts';
import { parseOption } from './parse-option.ts';

/** The command line told to run this command with these values. */
export type Selected = {
  spec: CommandSpec;
  /** `['nodes', 'run']`. */
  path: readonly string[];
  args: readonly string[];
  options: Options;
};

/**
 * Commander's program for the command tree and the words typed: only commands whose name is among them are made in
 * full (making all takes 8 ms), the others are there for the help. `onSelect` is called once, by `parse`, for the command to run.
 * Options may stand before or after a subcommand; the nearest to the end wins, and one that the subcommand does not
 * have is refused (the real program lets the parent swallow them, cli-and-state §2).
 */
export function buildProgram(
  tree: readonly CommandSpec[],
  typed: readonly string[],
  onSelect: (selected: Selected) => void,
): Command {
  const program = new Command('clawdbot');
  program
    .description('Gateway, node host and remote commands on your own machines')
    .version(VERSION, '-V, --version', 'print the version')
    .helpCommand('help [command]', 'show the help of a command');
  prepare(program, GLOBAL_OPTIONS);
  for (const spec of tree) {
    const isMeant = [spec.name, ...(spec.aliases ?? [])].some((name) => typed.includes(name));
    if (isMeant) addCommand(program, spec, [], onSelect);
    else
      program
        .command(spec.name)
        .description(spec.about)
        .aliases(spec.aliases ?? []);
  }
  return program;
}

/** All options a command understands, its own first. */
export function optionsOf(spec: CommandSpec): readonly OptionSpec[] {
  return [...(spec.options ?? []), ...(spec.connects ? CONNECTION_OPTIONS : []), ...GLOBAL_OPTIONS];
}

function addCommand(
  parent: Command,
  spec: CommandSpec,
  above: readonly string[],
  onSelect: (selected: Selected) => void,
): void {
  const path = [...above, spec.name];
  const command = parent
    .command(spec.name)
    .description(spec.about)
    .aliases(spec.aliases ?? []);
  prepare(command, optionsOf(spec));
  for (const argument of spec.args ?? []) command.addArgument(makeArgument(argument));
  if (spec.passThrough) command.passThroughOptions();
  if (spec.examples !== undefined)
    command.addHelpText('after', `\nExamples:\n${spec.examples.map((line) => `  ${line}`).join('\n')}`);
  for (const child of spec.subcommands ?? []) addCommand(command, child, path, onSelect);
  if (spec.load !== undefined) {
    command.action((...given: unknown[]) => {
      const args = given
        .slice(0, -2)
        .flat()
        .filter((word) => typeof word === 'string');
      onSelect({ spec, path, args, options: mergedOptions(command, spec, path) });
    });
  }
}

function prepare(command: Command, options: readonly OptionSpec[]): void {
  command
    .enablePositionalOptions()
    .showHelpAfterError(false)
    .configureOutput({ outputError: () => {} })
    .exitOverride();
  for (const option of options) command.addOption(makeOption(option));
}

function makeOption(spec: OptionSpec): Option {
  const option = new Option(spec.flags, spec.about);
  if (spec.choices !== undefined) option.choices(spec.choices);
  if (spec.value === undefined && spec.choices === undefined) return option;
  return option.argParser((text: string, previous: unknown) => {
    const parsed = parseOption(spec, text, Array.isArray(previous) ? previous : undefined);
    if (parsed.kind === 'refused') throw new InvalidArgumentError(parsed.why);
    return parsed.value;
  });
}

function makeArgument({ name, about, choices }: ArgumentSpec): Argument {
  const argument = new Argument(name, about);
  return choices === undefined ? argument : argument.choices(choices);
}

function mergedOptions(command: Command, spec: CommandSpec, path: readonly string[]): Options {
  const known = new Set(optionsOf(spec).map((option) => makeOption(option).attributeName()));
  const merged: Record<string, OptionValue> = { ...command.opts() };
  for (let above = command.parent; above !== null; above = above.parent) {
    for (const [name, value] of Object.entries(above.opts<Record<string, OptionValue>>())) {
      if (above.getOptionValueSource(name) !== 'cli') continue;
      if (!known.has(name)) {
        const flag = above.options.find((option) => option.attributeName() === name)?.long ?? name;
        command.error(`option '${flag}' means nothing to '${path.join(' ')}'`, {
          code: 'clawdbot.foreignOption',
        });
      }
      if (command.getOptionValueSource(name) !== 'cli') merged[name] = value;
    }
  }
  return merged;
}
