import { ShellRefusal } from './shell-refusal.ts';

type PendingHeredoc = {
  delimiter: string;
  quoted: boolean;
  stripTabs: boolean;
  receive: (body: string) => void;
};

/**
 * The text with a position: blanks, comments, line ends and the here-documents that begin after a line end.
 * One place decides what separates words: space, tab, newline, nothing else.
 */
export class ShellReader {
  readonly text: string;
  at = 0;
  /** Nesting of substitutions; here-documents are read at the outermost level only. */
  depth = 0;
  #pending: PendingHeredoc[] = [];

  constructor(text: string) {
    this.text = text;
  }

  refuse(reason: string, at = this.at): never {
    throw new ShellRefusal(reason, at);
  }

  /** The character here, or the empty text at the end. */
  peek(): string {
    return this.text[this.at] ?? '';
  }

  get atEnd(): boolean {
    return this.at >= this.text.length;
  }

  startsWith(token: string): boolean {
    return this.text.startsWith(token, this.at);
  }

  /** Skips blanks, a continued line between words, and a comment up to its line end. */
  skipBlanks(): void {
    for (;;) {
      if (this.peek() === ' ' || this.peek() === '\t') this.at += 1;
      else if (this.startsWith('\\\n')) {
        this.at += 2;
        // Whether a word or an operator goes on across the break depends on what stood before; dash and bash agree
        // only where blanks separate, so the next line has to begin a new word.
        if (this.peek() === '#') this.refuse('a comment right after a continued line is not read');
      } else if (this.peek() === '#') {
        while (!this.atEnd && this.peek() !== '\n') this.at += 1;
      } else return;
    }
  }

  /** Skips blanks, comments and line ends. */
  skipLines(): void {
    for (;;) {
      this.skipBlanks();
      if (this.peek() !== '\n') return;
      this.endLine();
    }
  }

  /** Takes a line end and the here-documents that start behind it. */
  endLine(): void {
    if (this.depth > 0) this.refusePendingHeredoc();
    this.at += 1;
    for (const heredoc of this.#pending.splice(0)) heredoc.receive(this.#readBody(heredoc));
  }

  expectHeredoc(heredoc: PendingHeredoc): void {
    if (this.depth > 0) this.refuse('a here-document inside a substitution is not read');
    this.#pending.push(heredoc);
  }

  /** Called where the shells disagree about when a waiting here-document begins. */
  refusePendingHeredoc(): void {
    if (this.#pending.length > 0) this.refuse('a here-document has to start at the next line end');
  }

  #readBody({ delimiter, quoted, stripTabs }: PendingHeredoc): string {
    const start = this.at;
    let body = '';
    for (;;) {
      if (this.atEnd) this.refuse(`the here-document has no end line ${delimiter}`, start);
      const end = this.text.indexOf('\n', this.at);
      const raw = this.text.slice(this.at, end < 0 ? undefined : end);
      const line = stripTabs ? raw.replace(/^\t+/, '') : raw;
      if (line === delimiter) {
        this.at = end < 0 ? this.text.length : end + 1;
        return body;
      }
      if (end < 0) this.refuse(`the here-document has no end line ${delimiter}`, start);
      body += `${quoted ? line : this.#plainBodyLine(line)}\n`;
      this.at = end + 1;
    }
  }

  /** A line that is subject to expansion: only its harmless escapes are understood. */
  #plainBodyLine(line: string): string {
    let plain = '';
    for (let index = 0; index < line.length; index += 1) {
      const character = line[index] ?? '';
      const following = line[index + 1] ?? '';
      if (character === '$' || character === '`') this.refuse('an expansion in a here-document is not read');
      if (character === '\\' && following === '')
        this.refuse('a continued line in a here-document is not read');
      if (character === '\\' && /[$`\\]/.test(following)) {
        plain += following;
        index += 1;
      } else plain += character;
    }
    return plain;
  }

  /** Which of the reserved words stands here as a word of its own; nothing is taken. */
  peekReserved(words: readonly string[]): string | undefined {
    return words.find((word) => {
      if (!this.startsWith(word)) return false;
      const following = this.text[this.at + word.length] ?? '';
      return following === '' || /[ \t\n;&|()<>]/.test(following);
    });
  }

  /** Takes the reserved word if it stands here, behind blanks. */
  takeReserved(word: string): boolean {
    this.skipBlanks();
    if (this.peekReserved([word]) === undefined) return false;
    // "if(" and "{(" are accepted by one shell and not by the other, depending on the word.
    if (this.text[this.at + word.length] === '(') this.refuse(`"${word}(" is not read`);
    this.at += word.length;
    return true;
  }
}
