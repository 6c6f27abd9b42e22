import { readAssignment } from './parse-assignment.ts';
import { readRedirect } from './parse-redirect.ts';
import { type ReadWord, readWord, type WordReading } from './parse-word.ts';
import { ShellReader } from './shell-reader.ts';
import { ShellRefusal } from './shell-refusal.ts';
import type { Assignment, Command, ListItem, Pipeline, Redirect, Script, Word } from './syntax.ts';

export type ParsedShell =
  | { kind: 'parsed'; script: Script }
  | { kind: 'refused'; reason: string; line: number; column: number };

// Limits refuse, they never let the rest through. Generous against what people write, small against our own stack.
const MAX_CHARACTERS = 60_000;
const MAX_COMMANDS = 1_000;
const MAX_DEPTH = 40;

/**
 * Reads shell text into every command it would run, or says why and where it cannot. `home` is what an unquoted `~`
 * stands for. The grammar is the common part of dash 0.5.12 and bash 5.2; see `syntax.ts`.
 */
export function parseShell(text: string, { home }: { home: string }): ParsedShell {
  const reader = new ShellReader(text);
  try {
    if (text.length > MAX_CHARACTERS)
      reader.refuse(`the text is longer than ${MAX_CHARACTERS} characters`, 0);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    const control = /[\0-\x08\x0b-\x1f\x7f]/.exec(text);
    if (control !== null) reader.refuse('a control character is not read', control.index);
    const script = new ShellParser(reader, home).program();
    return { kind: 'parsed', script };
  } catch (refusal) {
    if (!(refusal instanceof ShellRefusal)) throw refusal;
    const before = text.slice(0, refusal.at).split('\n');
    return {
      kind: 'refused',
      reason: refusal.message,
      line: before.length,
      column: (before.at(-1)?.length ?? 0) + 1,
    };
  }
}

/** Words that begin or end something, or that only one of the shells reserves. */
const NOT_A_COMMAND = new Set(
  'then else elif fi do done esac in } [[ ]] case function select coproc time until while for if { !'.split(
    ' ',
  ),
);

class ShellParser {
  readonly #reader: ShellReader;
  readonly #reading: WordReading;
  #commands = 0;

  constructor(reader: ShellReader, home: string) {
    this.#reader = reader;
    this.#reading = {
      home,
      substitution: () => this.#substitution(),
      backquoted: (text, at) => this.#backquoted(text, { at, home }),
    };
  }

  program(): Script {
    const script = this.#list([]);
    if (!this.#reader.atEnd)
      this.#reader.refuse(`${JSON.stringify(this.#reader.peek())} is not expected here`);
    this.#reader.refusePendingHeredoc();
    return script;
  }

  /** Items up to the end, a closing parenthesis, or one of the words given (which is not taken). */
  #list(stop: readonly string[]): Script {
    const reader = this.#reader;
    const items: ListItem[] = [];
    for (;;) {
      reader.skipLines();
      if (reader.atEnd || reader.peek() === ')' || reader.peekReserved(stop) !== undefined) break;
      const item = this.#andOr();
      reader.skipBlanks();
      if (reader.peek() === ';') {
        reader.at += 1;
        if (reader.peek() === ';' || reader.peek() === '&') reader.refuse('";;" is not expected here');
      } else if (reader.peek() === '&') {
        reader.at += 1;
        if (/[&>]/.test(reader.peek()))
          reader.refuse('"&" followed by this is read differently by dash and bash');
        items.push({ ...item, background: true });
        continue;
      } else if (reader.peek() !== '\n' && !reader.atEnd && reader.peek() !== ')') {
        reader.refuse('something follows a finished command');
      }
      items.push(item);
    }
    return { items };
  }

  #andOr(): ListItem {
    const reader = this.#reader;
    const first = this.#pipeline();
    const rest: { operator: '&&' | '||'; pipeline: Pipeline }[] = [];
    for (;;) {
      reader.skipBlanks();
      const operator = reader.startsWith('&&') ? '&&' : reader.startsWith('||') ? '||' : undefined;
      if (operator === undefined) return { first, rest, background: false };
      reader.at += 2;
      reader.skipLines();
      rest.push({ operator, pipeline: this.#pipeline() });
    }
  }

  #pipeline(): Pipeline {
    const reader = this.#reader;
    const negated = this.#reader.takeReserved('!');
    reader.skipBlanks();
    const commands = [this.#command()];
    for (;;) {
      reader.skipBlanks();
      if (reader.peek() !== '|' || reader.startsWith('||')) return { negated, commands };
      reader.at += 1;
      if (reader.peek() === '&') reader.refuse('"|&" is read differently by dash and bash');
      reader.skipLines();
      commands.push(this.#command());
    }
  }

  #command(): Command {
    const reader = this.#reader;
    reader.skipBlanks();
    this.#commands += 1;
    if (this.#commands > MAX_COMMANDS) reader.refuse(`there are more than ${MAX_COMMANDS} commands`);
    if (reader.startsWith('((')) reader.refuse('"((" is read differently by dash and bash');
    if (reader.peek() === '(') {
      reader.at += 1;
      const body = this.#nested(() => this.#bodyUpTo([]));
      if (reader.peek() !== ')') reader.refuse('a parenthesis is not closed');
      reader.at += 1;
      return { kind: 'subshell', body, redirects: this.#redirects() };
    }
    if (this.#reader.takeReserved('{')) {
      const body = this.#nested(() => this.#bodyUpTo(['}']));
      return { kind: 'group', body, redirects: this.#redirects() };
    }
    if (this.#reader.takeReserved('if')) return this.#nested(() => this.#if());
    if (this.#reader.takeReserved('while')) return this.#nested(() => this.#loop(false));
    if (this.#reader.takeReserved('until')) return this.#nested(() => this.#loop(true));
    if (this.#reader.takeReserved('for')) return this.#nested(() => this.#for());
    return this.#simple();
  }

  #if(): Command {
    const branches = [{ condition: this.#bodyUpTo(['then']), body: this.#body(['elif', 'else', 'fi']) }];
    for (;;) {
      if (this.#reader.takeReserved('elif')) {
        branches.push({ condition: this.#bodyUpTo(['then']), body: this.#body(['elif', 'else', 'fi']) });
      } else {
        const otherwise = this.#reader.takeReserved('else') ? this.#body(['fi']) : undefined;
        if (!this.#reader.takeReserved('fi')) this.#reader.refuse('"fi" is missing');
        return { kind: 'if', branches, otherwise, redirects: this.#redirects() };
      }
    }
  }

  #loop(until: boolean): Command {
    const condition = this.#bodyUpTo(['do']);
    const body = this.#bodyUpTo(['done']);
    return { kind: 'loop', until, condition, body, redirects: this.#redirects() };
  }

  #for(): Command {
    const reader: ShellReader = this.#reader;
    reader.skipBlanks();
    const { plain: variable } = this.#word();
    // Upper-case names are where shells and programs keep their settings.
    if (variable === undefined || !/^[a-z][a-z0-9_]*$/.test(variable)) {
      reader.refuse('a loop variable has a lower-case name');
    }
    reader.skipLines();
    if (!this.#reader.takeReserved('in')) reader.refuse('"in" is missing');
    const words: Word[] = [];
    for (reader.skipBlanks(); !/^[\n;]?$/.test(reader.peek()); reader.skipBlanks())
      words.push(this.#word().word);
    if (reader.peek() === ';') reader.at += 1;
    reader.skipLines();
    if (!this.#reader.takeReserved('do')) reader.refuse('"do" is missing');
    const body = this.#bodyUpTo(['done']);
    return { kind: 'for', variable, words, body, redirects: this.#redirects() };
  }

  #simple(): Command {
    const reader = this.#reader;
    const at = reader.at;
    const assignments: Assignment[] = [];
    const words: Word[] = [];
    const redirects: Redirect[] = [];
    for (;;) {
      reader.skipBlanks();
      if (/^[\n;&|)]?$/.test(reader.peek())) break;
      if (reader.peek() === '(') reader.refuse('a parenthesis after a word is not read');
      const redirect = readRedirect(reader, () => this.#word());
      if (redirect !== undefined) {
        redirects.push(redirect);
        continue;
      }
      const read = this.#word();
      const assignment = words.length === 0 ? readAssignment(reader, read) : undefined;
      if (assignment !== undefined) {
        assignments.push(assignment);
        continue;
      }
      if (words.length === 0 && read.plain !== undefined && NOT_A_COMMAND.has(read.plain)) {
        reader.refuse(`"${read.plain}" is not read here`, read.word.at);
      }
      words.push(read.word);
    }
    if (words.length === 0 && assignments.length === 0 && redirects.length === 0) {
      reader.refuse('a command is missing', at);
    }
    return { kind: 'simple', assignments, words, redirects };
  }

  #word(): ReadWord {
    const reader = this.#reader;
    reader.skipBlanks();
    const read = readWord(reader, this.#reading);
    if (reader.at === read.word.at) reader.refuse('a word is missing');
    if (
      /[<>]/.test(reader.peek()) &&
      (read.joined || (read.plain !== undefined && /^\d+$/.test(read.plain)))
    ) {
      reader.refuse('a descriptor number of this form is not read', read.word.at);
    }
    if (reader.peek() === '(') reader.refuse('a parenthesis after a word is not read');
    return read;
  }

  #redirects(): Redirect[] {
    const redirects: Redirect[] = [];
    for (;;) {
      this.#reader.skipBlanks();
      const redirect = readRedirect(this.#reader, () => this.#word());
      if (redirect === undefined) return redirects;
      redirects.push(redirect);
    }
  }

  #bodyUpTo(stop: readonly string[]): Script {
    const body = this.#body(stop);
    const [word] = stop;
    if (word !== undefined && !this.#reader.takeReserved(word)) this.#reader.refuse(`"${word}" is missing`);
    return body;
  }

  #body(stop: readonly string[]): Script {
    const body = this.#list(stop);
    if (body.items.length === 0) this.#reader.refuse('a command is missing');
    return body;
  }

  #substitution(): Script {
    const reader = this.#reader;
    reader.depth += 1;
    const script = this.#nested(() => this.#list([]));
    reader.depth -= 1;
    if (reader.peek() !== ')') reader.refuse('a substitution is not closed');
    reader.at += 1;
    return script;
  }

  #backquoted(text: string, { at, home }: { at: number; home: string }): Script {
    this.#commands += 1;
    if (this.#commands > MAX_COMMANDS) this.#reader.refuse(`there are more than ${MAX_COMMANDS} commands`);
    const inner = new ShellReader(text);
    inner.depth = 1;
    try {
      return new ShellParser(inner, home).program();
    } catch (refusal) {
      if (refusal instanceof ShellRefusal) this.#reader.refuse(refusal.message, at + refusal.at);
      throw refusal;
    }
  }

  #level = 0;

  #nested<T>(read: () => T): T {
    this.#level += 1;
    if (this.#level > MAX_DEPTH) this.#reader.refuse(`commands are nested deeper than ${MAX_DEPTH}`);
    const result = read();
    this.#level -= 1;
    return result;
  }
}
