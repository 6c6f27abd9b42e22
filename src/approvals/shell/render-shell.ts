import type { Command, ListItem, Pipeline, Redirect, Script, Word, WordPart } from './syntax.ts';

/** How the programs of a script are written: the caller knows the files they were resolved to. */
export type RenderChoices = {
  /** The words of a simple command; empty for one that only assigns. */
  simple(command: Command & { kind: 'simple' }): readonly string[];
};

/**
 * Writes a parsed script in one fixed form: every text in single quotes, every expansion explicit, comments gone,
 * one item a line, here-documents quoted. Reading it again cannot give anything else, in dash or bash.
 */
export function renderScript(script: Script, choices: RenderChoices): string {
  const renderer = new Renderer(choices);
  return script.items.map((item) => renderer.line(item)).join('');
}

/** One text as a shell word. */
export function quoteText(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

class Renderer {
  readonly #choices: RenderChoices;
  #bodies: string[] = [];

  constructor(choices: RenderChoices) {
    this.#choices = choices;
  }

  line(item: ListItem): string {
    const line = this.#item(item);
    const bodies = this.#bodies.splice(0).join('');
    return `${line}\n${bodies}`;
  }

  #item({ first, rest, background }: ListItem): string {
    const chain = rest.map(({ operator, pipeline }) => ` ${operator} ${this.#pipeline(pipeline)}`).join('');
    return `${this.#pipeline(first)}${chain}${background ? ' &' : ''}`;
  }

  #pipeline({ negated, commands }: Pipeline): string {
    return `${negated ? '! ' : ''}${commands.map((command) => this.#command(command)).join(' | ')}`;
  }

  #command(command: Command): string {
    return [this.#core(command), ...command.redirects.map((redirect) => this.#redirect(redirect))].join(' ');
  }

  #core(command: Command): string {
    switch (command.kind) {
      case 'simple': {
        const assigned = command.assignments.map(({ name, value }) => `${name}=${this.word(value)}`);
        return [...assigned, ...this.#choices.simple(command)].join(' ');
      }
      case 'group':
        return `{ ${this.#body(command.body)} }`;
      case 'subshell':
        return `( ${this.#body(command.body)} )`;
      case 'if': {
        const branches = command.branches.map(
          ({ condition, body }, index) =>
            `${index === 0 ? 'if' : 'elif'} ${this.#body(condition)} then ${this.#body(body)}`,
        );
        const otherwise = command.otherwise === undefined ? [] : [`else ${this.#body(command.otherwise)}`];
        return [...branches, ...otherwise, 'fi'].join(' ');
      }
      case 'loop':
        return `${command.until ? 'until' : 'while'} ${this.#body(command.condition)} do ${this.#body(command.body)} done`;
      case 'for': {
        const words = command.words.map((word) => ` ${this.word(word)}`).join('');
        return `for ${command.variable} in${words}; do ${this.#body(command.body)} done`;
      }
    }
  }

  /** Items on one line, each closed by `;` or `&`. */
  #body(script: Script): string {
    return script.items.map((item) => `${this.#item(item)}${item.background ? '' : ';'}`).join(' ');
  }

  word(word: Word): string {
    return word.parts.map((part) => this.#part(part)).join('') || "''";
  }

  #part(part: WordPart): string {
    switch (part.kind) {
      case 'text':
        return quoteText(part.text);
      case 'glob':
        return part.text;
      case 'variable': {
        const name = `\${${part.name}}`;
        return part.quoted ? `"${name}"` : name;
      }
      case 'substitution': {
        const inner = `$(${part.script.items.length === 0 ? '' : ` ${this.#body(part.script)} `})`;
        return part.quoted ? `"${inner}"` : inner;
      }
    }
  }

  #redirect(redirect: Redirect): string {
    const fd = redirect.fd ?? '';
    switch (redirect.kind) {
      case 'null':
        return `${fd}${redirect.operator}/dev/null`;
      case 'duplicate':
        return `${fd}${redirect.operator}${redirect.from}`;
      case 'heredoc': {
        const lines = new Set(redirect.body.split('\n'));
        let delimiter = 'END';
        while (lines.has(delimiter)) delimiter += '_';
        this.#bodies.push(`${redirect.body}${delimiter}\n`);
        return `${fd}<<'${delimiter}'`;
      }
    }
  }
}

/** One word of a script, for callers that write the words of a command themselves. */
export function renderWord(word: Word, choices: RenderChoices): string {
  return new Renderer(choices).word(word);
}
