/**
 * Whether a sed script is made of commands that print, delete, substitute and move text, nothing else. The commands
 * `e`, `w`, `W`, `r`, `R`, the flags `e` and `w` of `s`, labels and blocks are refused (GNU sed 4.9, "Commands").
 */
export function isInertSedScript(script: string): boolean {
  let rest = script;
  for (;;) {
    rest = rest.replace(/^[\s;]+/, '');
    if (rest === '') return true;
    const afterAddress = skipAddresses(rest);
    if (afterAddress === undefined) return false;
    const afterCommand = skipCommand(afterAddress);
    if (afterCommand === undefined) return false;
    // A command ends at ";", a line end or the end; anything else glued to it is not understood.
    if (afterCommand !== '' && !/^[ \t]*([;\n]|$)/.test(afterCommand)) return false;
    rest = afterCommand;
  }
}

function skipAddresses(text: string): string | undefined {
  let rest = skipAddress(text);
  if (rest === undefined) return undefined;
  if (rest !== text && /^[ \t]*,/.test(rest)) {
    const second = rest.replace(/^[ \t]*,[ \t]*/, '');
    const after = skipAddress(second.replace(/^[+~](?=\d)/, ''));
    if (after === undefined || after === second) return undefined;
    rest = after;
  }
  return rest.replace(/^[ \t]*/, '').replace(/^!+[ \t]*/, '');
}

/** The text unchanged when no address stands here; undefined when one is not closed. */
function skipAddress(text: string): string | undefined {
  const number = /^(\d+(~\d+)?|\$)/.exec(text)?.[0];
  if (number !== undefined) return text.slice(number.length);
  if (!text.startsWith('/')) return text;
  return skipDelimited(text.slice(1), '/')?.replace(/^[IM]+/, '');
}

function skipCommand(text: string): string | undefined {
  const command = text[0];
  const rest = text.slice(1);
  if (command === undefined) return undefined;
  if ('pdDPgGhHxnN='.includes(command)) return rest;
  if ('qQl'.includes(command)) return rest.replace(/^[ \t]*\d*/, '');
  if (command !== 's' && command !== 'y') return undefined;
  const delimiter = rest[0];
  if (delimiter === undefined || /[\\\n\w\s;]/.test(delimiter)) return undefined;
  const pattern = skipDelimited(rest.slice(1), delimiter);
  const replacement = pattern === undefined ? undefined : skipDelimited(pattern, delimiter);
  return command === 's' ? replacement?.replace(/^[gpiIM0-9]*/, '') : replacement;
}

/**
 * The text behind the next delimiter. Inside brackets a delimiter may or may not count depending on the command, so
 * a bracket that holds one is refused.
 */
function skipDelimited(text: string, delimiter: string): string | undefined {
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === '\n') return undefined;
    if (character === '\\') at += 1;
    else if (character === delimiter) return text.slice(at + 1);
    else if (character === '[') {
      const close = text.indexOf(']', at + 2);
      if (close >= 0 && text.slice(at, close).includes(delimiter)) return undefined;
    }
  }
  return undefined;
}
