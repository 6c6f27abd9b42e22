import type { VirtualFiles } from './virtual-files.ts';

/**
 * Does in memory what the preparation line of a case would do on disk, so that a corpus of somebody else can be
 * tried without running a word of it. Understood are plain commands joined by `&&`, `;` and line ends: printf, echo,
 * `:`, cat, mkdir, chmod, ln, mv, cp, rm, touch, seq, tar -cf, git init/config/add/commit, with `>` and `>>`.
 * Returns what was not understood, undefined when all of it was.
 */
export function imagineSetup(
  line: string,
  { files, cwd }: { files: VirtualFiles; cwd: string },
): string | undefined {
  const commands = splitLine(line);
  if (commands === undefined) return line;
  for (const { words, output } of commands) {
    const [name = '', ...args] = words;
    const written = new Imagined(files, cwd).run(name, args);
    if (written === undefined) return words.join(' ');
    if (output !== undefined) {
      const path = absolute(output.path, cwd);
      const before = output.append
        ? (files.read(path, { maxBytes: 1 << 20, whole: true })?.toString() ?? '')
        : '';
      files.rewrite(path, before + written);
    }
  }
  return undefined;
}

type SetupCommand = { words: string[]; output?: { path: string; append: boolean } };

/** Words and operators of a preparation line; undefined when it has anything else in it. */
function splitLine(line: string): SetupCommand[] | undefined {
  const commands: SetupCommand[] = [{ words: [] }];
  const pieces =
    /[ \t]*(?:(&&|;|\n)|(>>?)|((?:'[^']*'|"(?:[^"\\$`]|\\.)*"|\\.|[^\s'"\\;&|<>()$`])+))[ \t]*/gy;
  let redirect: string | undefined;
  let at = 0;
  for (let match = pieces.exec(line); match !== null; match = pieces.exec(line)) {
    at = pieces.lastIndex;
    const [, separator, arrow, raw] = match;
    const command = commands.at(-1);
    if (command === undefined) return undefined;
    if (separator !== undefined) commands.push({ words: [] });
    else if (arrow !== undefined) redirect = arrow;
    else if (raw !== undefined) {
      const word = unquote(raw);
      if (redirect !== undefined) command.output = { path: word, append: redirect === '>>' };
      else command.words.push(word);
      redirect = undefined;
    }
  }
  return at < line.trimEnd().length ? undefined : commands.filter(({ words }) => words.length > 0);
}

function unquote(raw: string): string {
  return raw.replace(/'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)/g, (_, single, double, escaped) =>
    String(single ?? (double === undefined ? escaped : String(double).replace(/\\([$`"\\])/g, '$1'))),
  );
}

function absolute(path: string, cwd: string): string {
  const parts: string[] = [];
  for (const part of (path.startsWith('/') ? path : `${cwd}/${path}`).split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

class Imagined {
  readonly #files: VirtualFiles;
  readonly #cwd: string;

  constructor(files: VirtualFiles, cwd: string) {
    this.#files = files;
    this.#cwd = cwd;
  }

  /** What the command writes to its standard output; undefined when it is not understood. */
  run(name: string, args: readonly string[]): string | undefined {
    const operands = args.filter((arg) => !arg.startsWith('-')).map((arg) => absolute(arg, this.#cwd));
    const [first, second] = operands;
    switch (name) {
      case ':':
      case 'true':
        return '';
      case 'printf':
        return formatted(args[0] ?? '', args.slice(1));
      case 'echo':
        return `${args.join(' ')}\n`;
      case 'cat':
        return operands.map((path) => this.#content(path)).join('');
      case 'seq':
        return Array.from({ length: Math.min(Number(args[0]), 20_000) }, (_, index) => `${index + 1}\n`).join(
          '',
        );
      case 'touch':
        for (const path of operands) if (this.#files.look(path) === undefined) this.#files.file(path, '');
        return '';
      case 'mkdir':
        return this.#makeDirectories(args);
      case 'chmod':
        return this.#changeMode(args);
      case 'ln':
        return this.#makeLink(args);
      case 'mv':
        if (first === undefined || second === undefined) return undefined;
        this.#files.move(first, second);
        return '';
      case 'cp':
        if (first === undefined || second === undefined) return undefined;
        this.#files.file(second, this.#content(first), this.#files.look(first)?.mode ?? 0o644);
        return '';
      case 'rm':
        for (const path of operands) this.#files.remove(path);
        return '';
      case 'tar':
        if (!/^-?c[vz]*f$/.test(args[0] ?? '') || args[1] === undefined) return undefined;
        this.#files.file(absolute(args[1], this.#cwd), 'archive');
        return '';
      case 'git':
        return this.#git(args);
      default:
        return undefined;
    }
  }

  #content(path: string): string {
    return this.#files.read(path, { maxBytes: 1 << 20, whole: true })?.toString() ?? '';
  }

  #makeDirectories(args: readonly string[]): string {
    let mode = 0o755;
    for (let index = 0; index < args.length; index += 1) {
      const arg = args[index] ?? '';
      if (arg === '-m') {
        index += 1;
        mode = Number.parseInt(args[index] ?? '755', 8);
      } else if (!arg.startsWith('-')) this.#makeDirectory(absolute(arg, this.#cwd), mode);
    }
    return '';
  }

  #makeDirectory(path: string, mode: number): void {
    const parts = path.split('/');
    for (let end = 2; end <= parts.length; end += 1) {
      const parent = parts.slice(0, end).join('/');
      if (this.#files.look(parent) === undefined)
        this.#files.directory(parent, end === parts.length ? mode : 0o755);
    }
  }

  #changeMode([change = '', ...paths]: readonly string[]): string | undefined {
    const octal = /^[0-7]{3,4}$/.test(change) ? Number.parseInt(change, 8) : undefined;
    if (octal === undefined && !/^[aug]*\+x$/.test(change)) return undefined;
    for (const path of paths)
      this.#files.changeMode(absolute(path, this.#cwd), (mode) => octal ?? mode | 0o111);
    return '';
  }

  #makeLink(args: readonly string[]): string | undefined {
    const options = args.filter((arg) => arg.startsWith('-')).join('');
    const [target, place] = args.filter((arg) => !arg.startsWith('-'));
    if (!options.includes('s') || target === undefined || place === undefined) return undefined;
    const path = absolute(place, this.#cwd);
    const present = this.#files.look(path);
    const inside = present?.kind === 'directory';
    this.#files.link(inside ? `${path}/${target.slice(target.lastIndexOf('/') + 1)}` : path, target);
    return '';
  }

  /** A repository as far as a decision looks at it: a directory and its settings. */
  #git(args: readonly string[]): string | undefined {
    const [command, key, value] = args;
    const config = absolute('.git/config', this.#cwd);
    if (command === 'init') {
      this.#makeDirectory(absolute('.git', this.#cwd), 0o755);
      this.#files.file(config, '[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = false\n');
      return '';
    }
    if (command === 'config' && key !== undefined && value !== undefined) {
      const dot = key.lastIndexOf('.');
      const [section = '', ...rest] = key.slice(0, dot).split('.');
      const header = rest.length === 0 ? `[${section}]` : `[${section} "${rest.join('.')}"]`;
      this.#files.rewrite(config, `${this.#content(config)}${header}\n\t${key.slice(dot + 1)} = ${value}\n`);
      return '';
    }
    return command === 'add' || command === 'commit' ? '' : undefined;
  }
}

function formatted(format: string, values: readonly string[]): string {
  let next = 0;
  return format
    .replace(/\\(n|t|r|\\|[0-7]{1,3})/g, (_, code: string) =>
      code === 'n'
        ? '\n'
        : code === 't'
          ? '\t'
          : code === 'r'
            ? '\r'
            : code === '\\'
              ? '\\'
              : String.fromCharCode(Number.parseInt(code, 8)),
    )
    .replace(/%s/g, () => values[next++] ?? '');
}
