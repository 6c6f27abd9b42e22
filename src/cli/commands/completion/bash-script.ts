import type { Place } from './command-tree.ts';

/** A completion script for bash 4 and later. Words are plain ASCII from our own table; nothing needs quoting. */
export function bashScript(places: readonly Place[]): string {
  const values = places.flatMap(({ path, options }) =>
    options.flatMap(({ names, value }) => {
      if (value === undefined) return [];
      const patterns = names.map((name) => `'${path} ${name}'`).join('|');
      return [
        `    ${patterns}) ${value.isFile ? 'COMPREPLY=($(compgen -f -- "$cur"))' : words(value.choices)}; return ;;`,
      ];
    }),
  );
  return `# bash completion for clawdbot; load with: source <(clawdbot completion bash)
_clawdbot() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}" at='' word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$at $word" in
      ${knownPaths(places)}) at="\${at:+$at }$word" ;;
    esac
  done
  case "$at $prev" in
${values.join('\n')}
  esac
  case "$at" in
${places.map((place) => `    '${place.path}') ${words([...place.commands.map(({ name }) => name), ...place.argumentChoices, ...place.options.flatMap(({ names }) => names)])} ;;`).join('\n')}
  esac
}
complete -F _clawdbot clawdbot
`;
}

/** Every path as the loop meets it: the first word comes with the blank that stands before it. */
function knownPaths(places: readonly Place[]): string {
  return places
    .flatMap(({ path }) => (path === '' ? [] : [`'${path.includes(' ') ? path : ` ${path}`}'`]))
    .join('|');
}

function words(list: readonly string[]): string {
  return `COMPREPLY=($(compgen -W '${list.join(' ')}' -- "$cur"))`;
}
