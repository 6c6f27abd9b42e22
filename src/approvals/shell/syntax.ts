/**
 * The part of the shell language on which dash and bash agree and whose every program can be named before it runs.
 * What is not here (functions, `case`, arithmetic, backquotes, arrays, …) is refused by the parser.
 */
export type Script = { items: readonly ListItem[] };

/** One and-or list; `background` when it ends with `&`. */
export type ListItem = {
  first: Pipeline;
  rest: readonly { operator: '&&' | '||'; pipeline: Pipeline }[];
  background: boolean;
};

export type Pipeline = { negated: boolean; commands: readonly Command[] };

export type Command = { redirects: readonly Redirect[] } & (
  | { kind: 'simple'; assignments: readonly Assignment[]; words: readonly Word[] }
  | { kind: 'group' | 'subshell'; body: Script }
  | { kind: 'if'; branches: readonly { condition: Script; body: Script }[]; otherwise: Script | undefined }
  | { kind: 'loop'; until: boolean; condition: Script; body: Script }
  | { kind: 'for'; variable: string; words: readonly Word[]; body: Script }
);

export type Assignment = { name: string; value: Word };

/** A word before expansion. `at` is the offset in the text. */
export type Word = { parts: readonly WordPart[]; at: number };

export type WordPart =
  | { kind: 'text'; text: string }
  /** Pattern characters that are live: `*`, `?`, `[a-z]`. */
  | { kind: 'glob'; text: string }
  /** `name` is what stands between the braces of `${…}`: a name, or a name with a plain default. */
  | { kind: 'variable'; name: string; quoted: boolean }
  | { kind: 'substitution'; script: Script; quoted: boolean };

export type Redirect =
  | { kind: 'null'; fd: number | undefined; operator: '<' | '>' | '>>' }
  | { kind: 'duplicate'; fd: number | undefined; operator: '<&' | '>&'; from: '0' | '1' | '2' | '-' }
  /** The body as the program will read it; nothing in it is expanded any more. */
  | { kind: 'heredoc'; fd: number | undefined; body: string };

/**
 * What is known about a word before it runs. `fields` of an unknown one: `one` argument whatever it becomes; several
 * `matches` of a pattern, each beginning with `prefix`; or a `split` text, of which only the first begins so.
 */
export type WordValue =
  | { known: true; text: string }
  | { known: false; prefix: string; fields: 'one' | 'matches' | 'split' };

/** The value of a word, as far as it is in the text. */
export function wordValue(word: Word): WordValue {
  let prefix = '';
  for (const [index, part] of word.parts.entries()) {
    if (part.kind === 'text') {
      prefix += part.text;
      continue;
    }
    const live = word.parts.slice(index).filter((other) => other.kind !== 'text' && !isQuoted(other));
    const fields =
      live.length === 0 ? 'one' : live.every((other) => other.kind === 'glob') ? 'matches' : 'split';
    return { known: false, prefix, fields };
  }
  return { known: true, text: prefix };
}

function isQuoted(part: WordPart): boolean {
  return (part.kind === 'variable' || part.kind === 'substitution') && part.quoted;
}
