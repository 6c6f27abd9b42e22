import type { ProgramFinding } from './decision.ts';
import { isHarmlessVariable } from './environment.ts';
import { type Examination, examineProgram, type Place } from './examine-program.ts';
import { showArgument } from './programs/arguments.ts';
import { resolvePath } from './resolve-path.ts';
import { readBuiltin } from './shell/builtins.ts';
import { parseShell } from './shell/parse-shell.ts';
import { quoteText, type RenderChoices, renderScript, renderWord } from './shell/render-shell.ts';
import {
  type Command,
  type ListItem,
  type Pipeline,
  type Script,
  type Word,
  wordValue,
} from './shell/syntax.ts';

/** What came out about a shell text. `text` is what has to run in its place; undefined when it cannot be written. */
export type ExaminedShell = {
  covered: boolean;
  findings: readonly ProgramFinding[];
  text: string | undefined;
};

/** Reads shell text, examines every program in it, and writes it again with the files that were decided on. */
export function examineShell(
  text: string,
  { examination, place }: { examination: Examination; place: Place },
): ExaminedShell {
  const parsed = parseShell(text, { home: examination.host.home });
  if (parsed.kind === 'refused') {
    const why = `line ${parsed.line}, column ${parsed.column}: ${parsed.reason}`;
    return { covered: false, findings: [{ words: [text], covered: false, why }], text: undefined };
  }
  const walk = new Walk(examination, { depth: place.depth, opening: openingCommand(parsed.script) });
  walk.script(parsed.script, place.cwd);
  const choices: RenderChoices = { simple: (command) => walk.rendered.get(command) ?? [] };
  return {
    covered: walk.findings.every((finding) => finding.covered),
    findings: walk.findings,
    text: walk.writable ? renderScript(parsed.script, choices) : undefined,
  };
}

/** The first command, when it stands alone: inside conditions and subshells dash and bash disagree about `set -e`. */
function openingCommand({ items }: Script): Command | undefined {
  const [item] = items;
  if (item === undefined || item.rest.length > 0 || item.first.negated || item.first.commands.length > 1)
    return undefined;
  return item.first.commands[0];
}

/** The directory after a command, by its outcome; undefined when it is not known for certain. */
type After = { success: string | undefined; failure: string | undefined };

class Walk {
  readonly findings: ProgramFinding[] = [];
  readonly rendered = new Map<Command, readonly string[]>();
  writable = true;
  readonly #examination: Examination;
  readonly #depth: number;
  readonly #opening: Command | undefined;
  readonly #choices: RenderChoices = { simple: (command) => this.rendered.get(command) ?? [] };

  constructor(examination: Examination, { depth, opening }: { depth: number; opening: Command | undefined }) {
    this.#examination = examination;
    this.#depth = depth;
    this.#opening = opening;
  }

  script(script: Script, start: string | undefined): After {
    let after: After = { success: start, failure: start };
    for (const item of script.items) {
      const cwd = joined(after);
      const result = this.#item(item, cwd);
      after = item.background ? { success: cwd, failure: cwd } : result;
    }
    return after;
  }

  #item({ first, rest }: ListItem, cwd: string | undefined): After {
    let after = this.#pipeline(first, cwd);
    for (const { operator, pipeline } of rest) {
      const next = this.#pipeline(pipeline, operator === '&&' ? after.success : after.failure);
      after =
        operator === '&&'
          ? { success: next.success, failure: same(after.failure, next.failure) }
          : { success: same(after.success, next.success), failure: next.failure };
    }
    return after;
  }

  #pipeline({ negated, commands }: Pipeline, cwd: string | undefined): After {
    const [only, ...more] = commands;
    if (only !== undefined && more.length === 0) {
      const after = this.#command(only, cwd);
      return negated ? { success: after.failure, failure: after.success } : after;
    }
    // Each member runs in a shell of its own, so none moves the others.
    for (const command of commands) this.#command(command, cwd);
    return { success: cwd, failure: cwd };
  }

  #command(command: Command, cwd: string | undefined): After {
    switch (command.kind) {
      case 'simple':
        return this.#simple(command, cwd);
      case 'group':
        return this.script(command.body, cwd);
      case 'subshell':
        this.script(command.body, cwd);
        return { success: cwd, failure: cwd };
      case 'if': {
        let otherwise = cwd;
        let end: { cwd: string | undefined } | undefined;
        for (const { condition, body } of command.branches) {
          const tested = this.script(condition, otherwise);
          const ended = joined(this.script(body, tested.success));
          end = { cwd: end === undefined ? ended : same(end.cwd, ended) };
          otherwise = tested.failure;
        }
        if (command.otherwise !== undefined) otherwise = joined(this.script(command.otherwise, otherwise));
        const last = end === undefined ? otherwise : same(end.cwd, otherwise);
        return { success: last, failure: last };
      }
      case 'loop':
      case 'for': {
        // A second round starts where the first ended; with a cd anywhere inside nothing is certain.
        const start = movesDirectory(command) ? undefined : cwd;
        if (command.kind === 'for') for (const word of command.words) this.#substitutions(word, cwd);
        else this.script(command.condition, start);
        this.script(command.body, start);
        return { success: start, failure: start };
      }
    }
  }

  #simple(command: Command & { kind: 'simple' }, cwd: string | undefined): After {
    const stay: After = { success: cwd, failure: cwd };
    for (const { value } of command.assignments) this.#substitutions(value, cwd);
    for (const word of command.words) this.#substitutions(word, cwd);
    this.#assignments(command);
    const [nameWord, ...argumentWords] = command.words;
    if (nameWord === undefined) return stay;
    const args = argumentWords.map(wordValue);
    const name = wordValue(nameWord);
    const shown = [showArgument(name), ...args.map(showArgument)];
    if (!name.known) {
      this.#refuse(shown, 'the name of the program is only known later');
      return stay;
    }
    const asWritten = () => command.words.map((word) => renderWord(word, this.#choices));
    const builtin = readBuiltin(name.text, args);
    switch (builtin.kind) {
      case 'refused':
        this.#refuse(shown, builtin.reason);
        return stay;
      case 'inert':
        if (name.text === 'set' && command !== this.#opening)
          this.#refuse(shown, 'set is only read as the first command');
        if (command.assignments.length > 0) this.#refuse(shown, 'an assignment before a builtin is not read');
        this.rendered.set(command, asWritten());
        return stay;
      case 'directory':
        if (command.assignments.length > 0) this.#refuse(shown, 'an assignment before a builtin is not read');
        return this.#changeDirectory(command, { target: builtin.target, cwd, shown });
      case 'file':
      case 'none': {
        const examined = examineProgram(name.text, args, {
          examination: this.#examination,
          place: { cwd, depth: this.#depth },
        });
        this.findings.push(...examined.findings);
        if (examined.start === undefined) this.writable = false;
        else {
          const { pinned, words } = examined.start;
          const rest = words.map((word) => {
            if (typeof word === 'string') return quoteText(word);
            const given = argumentWords[word.given];
            return given === undefined ? quoteText('') : renderWord(given, this.#choices);
          });
          this.rendered.set(command, [...pinned.words.map(quoteText), ...rest]);
        }
        return stay;
      }
    }
  }

  /** Before a program: language and terminal only. Alone: lower-case names, which no program reads. */
  #assignments({ assignments, words }: Command & { kind: 'simple' }): void {
    for (const { name, value } of assignments) {
      const known = wordValue(value);
      const harmless =
        words.length > 0
          ? known.known && isHarmlessVariable(name, known.text)
          : /^[a-z][a-z0-9_]*$/.test(name);
      if (!harmless)
        this.#refuse([`${name}=${showArgument(known)}`], `the line may not set ${JSON.stringify(name)}`);
    }
  }

  #changeDirectory(
    command: Command,
    { target, cwd, shown }: { target: string; cwd: string | undefined; shown: readonly string[] },
  ): After {
    const { files, host } = this.#examination;
    const path = target.startsWith('/') ? target : cwd === undefined ? undefined : `${cwd}/${target}`;
    const found = path === undefined ? undefined : resolvePath(path, files, host);
    if (found?.fact.kind !== 'directory') {
      this.#refuse(shown, `the directory ${target} is not known`);
      return { success: undefined, failure: cwd };
    }
    if (found.looseness !== undefined) this.#refuse(shown, found.looseness);
    this.rendered.set(command, ['cd', quoteText(found.real)]);
    return { success: found.real, failure: cwd };
  }

  /** Programs inside a word run in a shell of their own, before the command itself. */
  #substitutions(word: Word, cwd: string | undefined): void {
    for (const part of word.parts) if (part.kind === 'substitution') this.script(part.script, cwd);
  }

  #refuse(words: readonly string[], why: string): void {
    this.writable = false;
    this.findings.push({ words, covered: false, why });
  }
}

function joined({ success, failure }: After): string | undefined {
  return same(success, failure);
}

function same(one: string | undefined, other: string | undefined): string | undefined {
  return one === other ? one : undefined;
}

function movesDirectory(command: Command): boolean {
  return JSON.stringify(command).includes('"text":"cd"');
}
