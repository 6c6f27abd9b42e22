import { optionsOf } from '../../program/build-program.ts';
import type { CommandSpec, OptionSpec } from '../../program/command-spec.ts';

/** What can follow at one place of the command line. */
export type Place = {
  /** `''` for the program itself, `nodes run` for a subcommand. */
  path: string;
  commands: readonly { name: string; about: string }[];
  options: readonly PlaceOption[];
  /** Closed list for the first plain argument. */
  argumentChoices: readonly string[];
};

export type PlaceOption = {
  /** `--follow`, and `-f` when there is one. */
  names: readonly string[];
  about: string;
  /** Absent for a switch. */
  value?: { choices: readonly string[]; isFile: boolean };
};

/** The whole tree flattened, aliases as places of their own. */
export function placesOf(tree: readonly CommandSpec[], rootOptions: readonly OptionSpec[]): Place[] {
  const root: Place = {
    path: '',
    commands: namesOf(tree),
    options: rootOptions.map(placeOption),
    argumentChoices: [],
  };
  return [root, ...tree.flatMap((spec) => placesBelow(spec, ''))];
}

function placesBelow(spec: CommandSpec, above: string): Place[] {
  return [spec.name, ...(spec.aliases ?? [])].flatMap((name) => {
    const path = above === '' ? name : `${above} ${name}`;
    const place: Place = {
      path,
      commands: namesOf(spec.subcommands ?? []),
      options: optionsOf(spec).map(placeOption),
      argumentChoices: spec.args?.[0]?.choices ?? [],
    };
    return [place, ...(spec.subcommands ?? []).flatMap((child) => placesBelow(child, path))];
  });
}

function namesOf(specs: readonly CommandSpec[]): { name: string; about: string }[] {
  return specs.flatMap(({ name, aliases = [], about }) =>
    [name, ...aliases].map((word) => ({ name: word, about })),
  );
}

function placeOption({ flags, about, choices = [], completes }: OptionSpec): PlaceOption {
  const names = flags.match(/(?<![\w-])--?[a-z][a-z-]*/g) ?? [];
  return /[<[]/.test(flags)
    ? { names, about, value: { choices, isFile: completes === 'file' } }
    : { names, about };
}
