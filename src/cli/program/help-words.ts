import type { CommandSpec } from './command-spec.ts';

/** The words of a command line that name a command: aliases count, options and what follows them do not. */
export function commandWords(tree: readonly CommandSpec[], argv: readonly string[]): string[] {
  return walk(tree, argv).words;
}

/**
 * The command line with its question for help in the one form commander answers at any depth: `help nodes run` becomes
 * `nodes run --help`. A question about a command that does not exist loses its `--help`, so that it is refused like the
 * command itself instead of being answered with the help of something else.
 */
export function helpWords(tree: readonly CommandSpec[], argv: readonly string[]): readonly string[] {
  const { words, children } = walk(tree, argv);
  const at = words.length;
  if (argv[at] === 'help' && children.length > 0) {
    return helpWords(tree, [...argv.slice(0, at), ...argv.slice(at + 1), '--help']);
  }
  const isUnknown = argv[at] !== undefined && !argv[at].startsWith('-') && children.length > 0;
  return isUnknown ? argv.filter((word) => word !== '--help' && word !== '-h') : argv;
}

function walk(
  tree: readonly CommandSpec[],
  argv: readonly string[],
): { words: string[]; children: readonly CommandSpec[] } {
  const words: string[] = [];
  let children = tree;
  for (const word of argv) {
    const next = children.find(({ name, aliases }) => name === word || aliases?.includes(word));
    if (next === undefined) break;
    words.push(word);
    children = next.subcommands ?? [];
  }
  return { words, children };
}
