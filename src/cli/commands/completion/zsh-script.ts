import type { Place, PlaceOption } from './command-tree.ts';

/** A completion function for zsh; works sourced and from a directory of `fpath`. */
export function zshScript(places: readonly Place[]): string {
  const values = places.flatMap(({ path, options }) =>
    options.flatMap(({ names, value }) =>
      value === undefined
        ? []
        : [`    ${names.map((name) => `'${path} ${name}'`).join('|')}) ${valueAction(value)}; return ;;`],
    ),
  );
  const known = places.flatMap(({ path }) =>
    path === '' ? [] : [`'${path.includes(' ') ? path : ` ${path}`}'`],
  );
  return `#compdef clawdbot
# zsh completion for clawdbot; load with: source <(clawdbot completion zsh)
_clawdbot() {
  local at='' word
  local -a items
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "$at $word" in
      ${known.join('|')}) at="\${at:+$at }$word" ;;
    esac
  done
  case "$at \${words[CURRENT-1]}" in
${values.join('\n')}
  esac
  case "$at" in
${places.map((place) => `    '${place.path}') items=(${itemsOf(place)}) ;;`).join('\n')}
  esac
  _describe 'clawdbot' items
}
if [ "\${funcstack[1]}" = _clawdbot ]; then _clawdbot "$@"; else compdef _clawdbot clawdbot; fi
`;
}

function itemsOf({ commands, options, argumentChoices }: Place): string {
  return [
    ...commands.map(({ name, about }) => item(name, about)),
    ...argumentChoices.map((choice) => quote(choice)),
    ...options.flatMap(({ names, about }) => names.map((name) => item(name, about))),
  ].join(' ');
}

/** `_describe` splits name and description at the first unescaped colon. */
function item(name: string, about: string): string {
  return quote(`${name.replaceAll(':', '\\:')}:${about}`);
}

function valueAction({ choices, isFile }: NonNullable<PlaceOption['value']>): string {
  if (isFile) return '_files';
  return choices.length === 0 ? 'return' : `compadd -- ${choices.map(quote).join(' ')}`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
