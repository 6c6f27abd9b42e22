import type { Place } from './command-tree.ts';

/** Completions for fish 3 and later. */
export function fishScript(places: readonly Place[]): string {
  const known = places.flatMap(({ path }) => (path === '' ? [] : [quote(path)]));
  return `# fish completion for clawdbot; load with: clawdbot completion fish | source
function __clawdbot_at
    set -l at
    for word in (commandline -opc)[2..-1]
        set -l longer (string join ' ' -- $at $word)
        if contains -- "$longer" ${known.join(' ')}
            set at $longer
        end
    end
    test "$at" = "$argv[1]"
end
complete -c clawdbot -f
${places.flatMap(linesOf).join('\n')}
`;
}

function linesOf({ path, commands, options, argumentChoices }: Place): string[] {
  const here = `complete -c clawdbot -n ${quote(`__clawdbot_at ${quote(path)}`)}`;
  return [
    ...commands.map(({ name, about }) => `${here} -a ${quote(name)} -d ${quote(about)}`),
    ...(argumentChoices.length === 0 ? [] : [`${here} -a ${quote(argumentChoices.join(' '))}`]),
    ...options.map(({ names, about, value }) => {
      const flags = names
        .map((name) => (name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`))
        .join(' ');
      const takes =
        value === undefined
          ? ''
          : value.isFile
            ? ' -r -F'
            : value.choices.length === 0
              ? ' -x'
              : ` -x -a ${quote(value.choices.join(' '))}`;
      return `${here} ${flags}${takes} -d ${quote(about)}`;
    }),
  ];
}

/** In fish single quotes only the quote itself and the backslash are special. */
function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
