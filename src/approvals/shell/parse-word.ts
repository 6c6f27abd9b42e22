import type { ShellReader } from './shell-reader.ts';
import type { Script, Word, WordPart } from './syntax.ts';

/** A word with what the grammar has to know about how it was written. */
export type ReadWord = {
  word: Word;
  /** The characters, when none of them was quoted, escaped or expanded: only such a word can be a reserved one. */
  plain: string | undefined;
  /** True when a line was continued inside the word. */
  joined: boolean;
};

/** Reads one `$( … )` body; comes from the grammar, which knows commands. */
export type ReadSubstitution = (reader: ShellReader) => Script;

export type WordReading = {
  home: string;
  substitution: ReadSubstitution;
  /** Reads the text between backquotes, which starts at an offset of the whole. */
  backquoted: (text: string, at: number) => Script;
};

const ENDS_WORD = /[ \t\n|&;()<>]/;

/** Reads the word that starts here, with the quoting rules on which dash and bash agree. */
export function readWord(reader: ShellReader, reading: WordReading): ReadWord {
  const { home, substitution } = reading;
  const parts: WordPart[] = [];
  const at = reader.at;
  let plain: string | undefined = '';
  let joined = false;

  const addText = (text: string) => {
    const last = parts.at(-1);
    if (last?.kind === 'text') parts[parts.length - 1] = { kind: 'text', text: last.text + text };
    else parts.push({ kind: 'text', text });
  };
  const addRaw = (text: string) => {
    addText(text);
    if (plain !== undefined) plain += text;
  };

  while (!reader.atEnd && !ENDS_WORD.test(reader.peek())) {
    const character = reader.peek();
    if (character === '\\') {
      const following = reader.text[reader.at + 1] ?? reader.refuse('a backslash at the end escapes nothing');
      reader.at += 2;
      if (following === '\n') {
        joined = true;
        continue;
      }
      addText(following);
      plain = undefined;
    } else if (character === "'") {
      addText(readSingleQuoted(reader));
      plain = undefined;
    } else if (character === '"') {
      readDoubleQuoted(reader, { addText, add: (part) => parts.push(part), reading });
      plain = undefined;
    } else if (character === '$') {
      const part = readDollar(reader, { quoted: false, substitution });
      if (part.kind === 'text') addRaw(part.text);
      else {
        parts.push(part);
        plain = undefined;
      }
    } else if (character === '`') {
      parts.push(readBackquoted(reader, { quoted: false, reading }));
      plain = undefined;
    } else if (character === '*' || character === '?') {
      reader.at += 1;
      parts.push({ kind: 'glob', text: character });
      plain = undefined;
    } else if (character === '[') {
      plain = readBracket(reader, { at, addRaw, add: (part) => parts.push(part) }) ? plain : undefined;
    } else if (character === '{' || character === '}') {
      addRaw(readBrace(reader, at));
    } else if (character === '~') {
      const home_ = readTilde(reader, { at, home, plain });
      addText(home_);
      plain = home_ === '~' && plain !== undefined ? `${plain}~` : undefined;
    } else {
      reader.at += 1;
      addRaw(character);
    }
  }
  return { word: { parts, at }, plain, joined };
}

function readSingleQuoted(reader: ShellReader): string {
  const end = reader.text.indexOf("'", reader.at + 1);
  if (end < 0) reader.refuse('a single quote is not closed');
  const text = reader.text.slice(reader.at + 1, end);
  if (text.includes('\n')) reader.refusePendingHeredoc();
  reader.at = end + 1;
  return text;
}

function readDoubleQuoted(
  reader: ShellReader,
  {
    addText,
    add,
    reading,
  }: { addText: (text: string) => void; add: (part: WordPart) => void; reading: WordReading },
): void {
  const start = reader.at;
  reader.at += 1;
  // Empty quotes make a word where there would be none.
  if (reader.peek() === '"') addText('');
  while (reader.peek() !== '"') {
    if (reader.atEnd) reader.refuse('a double quote is not closed', start);
    const character = reader.peek();
    if (character === '\\') {
      const following = reader.text[reader.at + 1] ?? '';
      reader.at += 2;
      if (following === '\n') {
        addText('');
        continue;
      }
      // Before other characters the backslash stays (POSIX, 2.2.3).
      addText(/[$`"\\]/.test(following) ? following : `\\${following}`);
    } else if (character === '$') {
      const part = readDollar(reader, { quoted: true, substitution: reading.substitution });
      if (part.kind === 'text') addText(part.text);
      else add(part);
    } else if (character === '`') {
      add(readBackquoted(reader, { quoted: true, reading }));
    } else {
      if (character === '\n') reader.refusePendingHeredoc();
      reader.at += 1;
      addText(character);
    }
  }
  reader.at += 1;
}

function readDollar(
  reader: ShellReader,
  { quoted, substitution }: { quoted: boolean; substitution: ReadSubstitution },
): WordPart {
  const rest = reader.text.slice(reader.at, reader.at + 80);
  if (rest.startsWith('$((')) reader.refuse('arithmetic is not read');
  if (rest.startsWith('$(')) {
    reader.at += 2;
    return { kind: 'substitution', script: substitution(reader), quoted };
  }
  const name =
    /^\$(?:([A-Za-z_][A-Za-z0-9_]*|[?$])|\{([A-Za-z_][A-Za-z0-9_]*(?::?[-+][A-Za-z0-9._/]*)?)\})/.exec(rest);
  if (name !== null) {
    if (name[0].length >= 80) reader.refuse('a variable name is too long');
    reader.at += name[0].length;
    // The name goes on behind a continued line.
    if (name[1] !== undefined && reader.startsWith('\\\n'))
      reader.refuse('a variable before a continued line is not read');
    // ${NAME}, with a plain default at most: positional parameters and other operators are refused below.
    return { kind: 'variable', name: name[1] ?? name[2] ?? '', quoted };
  }
  const following = rest[1] ?? '';
  const literal = following === '' || /[ \t\n]/.test(following) || (quoted ? /["']/ : /[;|]/).test(following);
  if (!literal) reader.refuse('this expansion is not read');
  reader.at += 1;
  return { kind: 'text', text: '$' };
}

/** Backquotes without anything in them that quotes: how deep a backslash reaches there is beyond what people know. */
function readBackquoted(
  reader: ShellReader,
  { quoted, reading }: { quoted: boolean; reading: WordReading },
): WordPart {
  const end = reader.text.indexOf('`', reader.at + 1);
  if (end < 0) reader.refuse('a backquote is not closed');
  const text = reader.text.slice(reader.at + 1, end);
  if (/[\\'"#\n]/.test(text)) reader.refuse('quotes inside backquotes are not read, write $( )');
  const script = reading.backquoted(text, reader.at + 1);
  reader.at = end + 1;
  return { kind: 'substitution', script, quoted };
}

/** `[` alone is a word of its own; `[a-z0-9]` is a pattern; anything else differs between shells. */
function readBracket(
  reader: ShellReader,
  { at, addRaw, add }: { at: number; addRaw: (text: string) => void; add: (part: WordPart) => void },
): boolean {
  const following = reader.text[reader.at + 1] ?? '';
  if (reader.at === at && (following === '' || ENDS_WORD.test(following))) {
    reader.at += 1;
    addRaw('[');
    return true;
  }
  const pattern = /^\[[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*\]/.exec(reader.text.slice(reader.at, reader.at + 80));
  if (pattern === null) reader.refuse('this bracket expression is not read');
  reader.at += pattern[0].length;
  add({ kind: 'glob', text: pattern[0] });
  return false;
}

/** Braces that no shell expands: `{`, `}` alone, `{}`, `{word}`. */
function readBrace(reader: ShellReader, at: number): string {
  const following = reader.text[reader.at + 1] ?? '';
  if (reader.at === at && (following === '' || ENDS_WORD.test(following))) {
    const brace = reader.peek();
    reader.at += 1;
    return brace;
  }
  const literal = /^\{[A-Za-z0-9_-]*\}/.exec(reader.text.slice(reader.at, reader.at + 80));
  if (literal === null) reader.refuse('braces are read differently by dash and bash');
  reader.at += literal[0].length;
  if (/[<>]/.test(reader.peek()))
    reader.refuse('a redirect right after braces is read differently by dash and bash');
  return literal[0];
}

function readTilde(
  reader: ShellReader,
  { at, home, plain }: { at: number; home: string; plain: string | undefined },
): string {
  const previous = reader.text[reader.at - 1] ?? '';
  const first = reader.at === at;
  reader.at += 1;
  if (!first) {
    if (previous === '=' || previous === ':')
      reader.refuse('a tilde after = or : is read differently', reader.at);
    return '~';
  }
  if (plain !== '' || !(reader.atEnd || reader.peek() === '/' || ENDS_WORD.test(reader.peek()))) {
    reader.refuse('a tilde with a name is not read');
  }
  return home;
}
