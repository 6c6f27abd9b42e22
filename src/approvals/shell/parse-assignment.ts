import type { ReadWord } from './parse-word.ts';
import type { ShellReader } from './shell-reader.ts';
import type { Assignment } from './syntax.ts';

/**
 * The word that was just read as `NAME=word`, or undefined when it is none.
 * Refuses what starts like an array or an appending assignment: those are bash only.
 */
export function readAssignment(reader: ShellReader, { word }: ReadWord): Assignment | undefined {
  const source = reader.text.slice(word.at, reader.at);
  const [whole, name] = /^([A-Za-z_][A-Za-z0-9_]*)=/.exec(source) ?? [];
  if (whole === undefined || name === undefined) {
    if (/^[A-Za-z_](\\\n|[A-Za-z0-9_])*(\\\n)*(\+?=|\[)/.test(source)) {
      reader.refuse('this assignment is read differently by dash and bash', word.at);
    }
    return undefined;
  }
  const first = word.parts[0];
  // The name was just seen unquoted at the start of the word, so the first part is text that begins with it.
  if (first?.kind !== 'text') reader.refuse('this assignment is not read', word.at);
  const value = {
    at: word.at + whole.length,
    parts: [{ ...first, text: first.text.slice(whole.length) }, ...word.parts.slice(1)],
  };
  if (source.startsWith('~', whole.length)) reader.refuse('a tilde after = is not read', word.at);
  return { name, value };
}
