import type { ProgramFinding } from './decision.ts';
import { disguisedAs } from './disguise.ts';
import type { EffectiveSettings } from './effective-settings.ts';
import type { FileFacts } from './file-facts.ts';
import type { HostFacts } from './host-facts.ts';
import type { PinnedProgram, Pins } from './pin-files.ts';
import { type Arguments, knownTexts, showArgument } from './programs/arguments.ts';
import type { CarriedCommand } from './programs/find-expression.ts';
import { inspectProgram, isVersionQuery } from './programs/inspect-program.ts';
import { programKind } from './programs/program-kinds.ts';
import { unwrap } from './programs/wrappers.ts';
import { type ProgramLookup, type ResolvedProgram, resolveProgram } from './resolve-program.ts';
import { matchRules, showRule } from './rule-match.ts';
import { isPureFilter } from './safe-programs.ts';
import type { WordValue } from './shell/syntax.ts';

/** A word of a command that will be started: a text of ours, or one of the words it was given. */
export type PlannedWord = string | { given: number };

/** What came out about one program and everything it carries. */
export type Examined = {
  covered: boolean;
  /** The program first, then what it carries. */
  findings: readonly ProgramFinding[];
  /** Undefined when it cannot be started at all. `given` counts from 0 at the first argument. */
  start: { pinned: PinnedProgram; words: readonly PlannedWord[] } | undefined;
};

/** What stays the same while one request is examined. */
export type Examination = {
  settings: EffectiveSettings;
  files: FileFacts;
  host: HostFacts;
  pins: Pins;
  /** Programs already found, by directory and name: a pipeline often names the same one. */
  found: Map<string, ProgramLookup>;
  /** Variables that make a covered program keep to what was understood; added to the plan. */
  environment: Map<string, string>;
  /** Examines the text of a nested `sh -c`; comes from the reader of shell lines. */
  shellText: (
    text: string,
    place: Place,
  ) => { covered: boolean; findings: readonly ProgramFinding[]; text: string | undefined };
};

/** Where in the request a program stands. */
export type Place = { cwd: string | undefined; depth: number };

// Deeper nesting is refused, not waved through; people use two or three.
const MAX_DEPTH = 8;

/** Finds the file behind a program, the rule that covers it, and does the same for every program it would start. */
export function examineProgram(
  name: string,
  args: Arguments,
  { examination, place }: { examination: Examination; place: Place },
): Examined {
  const { host, settings, pins } = examination;
  const words = [name, ...args.map(showArgument)];
  const refuse = (
    why: string,
    more: Partial<ProgramFinding> & { start?: Examined['start'] } = {},
  ): Examined => {
    const { start: refusedStart, ...finding } = more;
    return { covered: false, findings: [{ words, covered: false, why, ...finding }], start: refusedStart };
  };
  const found = lookUp(name, { examination, cwd: place.cwd });
  if (found.kind === 'missing') return refuse(found.reason);
  const { program } = found;
  const path = program.real;
  const pinned = pins.program(program);
  if (pinned.kind === 'unusable') return refuse(pinned.reason, { path });
  const start = { pinned, words: args.map((_, given) => ({ given })) };
  if (place.depth > MAX_DEPTH) return refuse(`programs are nested deeper than ${MAX_DEPTH}`, { path, start });
  if (program.looseness !== undefined) return refuse(program.looseness, { path, start });

  const { constrained, plain } = matchRules(settings.rules, { path, args, home: host.home });
  const done = (rule: string, why: string): Examined => ({
    covered: true,
    findings: [{ words, path, covered: true, rule, why }],
    start,
  });
  const isOptional = programKind(path).kind === 'optional';
  if (constrained !== undefined && !isOptional)
    return done(showRule(constrained), 'an entry names these arguments');

  const safe = isSafeFilter(program, args, settings.safePrograms);
  const carrying = carriedBy(program, { args, examination, place });
  const prepare = () => {
    if (carrying.kind !== 'nothing') return;
    for (const [variable, value] of carrying.environment) examination.environment.set(variable, value);
  };
  // Whoever wrote the entry knew the arguments, not every repository they will be used in.
  const isElsewhere = carrying.kind === 'unread' && carrying.isOfPlace === true;
  if (constrained !== undefined && !isElsewhere) {
    prepare();
    return done(showRule(constrained), 'an entry names these arguments');
  }
  if (carrying.kind !== 'programs') {
    if (plain !== undefined && carrying.kind === 'nothing') {
      prepare();
      return done(showRule(plain), 'an entry names this program');
    }
    if (safe) return done(`safe program ${name}`, 'it only filters its standard input');
    const isNamed = plain !== undefined || constrained !== undefined;
    const why = isNamed && carrying.kind === 'unread' ? carrying.reason : 'no entry covers it';
    const storableArgs = carrying.kind === 'nothing' && isStorable(program) ? knownTexts(args) : undefined;
    return refuse(why, { path, start, ...(storableArgs === undefined ? {} : { storableArgs }) });
  }
  const { carried } = carrying;
  const self: ProgramFinding = {
    words,
    path,
    covered: plain !== undefined,
    why: plain === undefined ? 'no entry covers it' : 'an entry names it; what it starts is judged by itself',
    ...(plain === undefined ? {} : { rule: showRule(plain) }),
  };
  return {
    covered: plain !== undefined && carried.every((one) => one.covered),
    findings: [self, ...carried.flatMap((one) => one.findings)],
    start: carrying.words === undefined ? undefined : { pinned, words: carrying.words },
  };
}

function lookUp(
  name: string,
  { examination, cwd }: { examination: Examination; cwd: string | undefined },
): ProgramLookup {
  const key = `${cwd ?? ''}\0${name}`;
  const known = examination.found.get(key);
  if (known !== undefined) return known;
  const { files, host } = examination;
  const found = resolveProgram(name, { cwd, files, host });
  examination.found.set(key, found);
  return found;
}

/** "Always" is for programs that do their own work; what may start others is asked for again. */
function isStorable(program: ResolvedProgram): boolean {
  const { kind } = programKind(program.real);
  return kind === 'ordinary' || kind === 'optional';
}

type Carrying =
  | { kind: 'nothing'; environment: readonly [string, string][] }
  | { kind: 'unread'; reason: string; isOfPlace?: true }
  | { kind: 'programs'; carried: readonly Examined[]; words: readonly PlannedWord[] | undefined };

/** What the program would start with these arguments. */
function carriedBy(
  program: ResolvedProgram,
  context: { args: Arguments; examination: Examination; place: Place },
): Carrying {
  const { args, examination, place } = context;
  const own = programKind(program.real);
  const disguise =
    own.kind === 'ordinary' ? disguisedAs(program, examination.files, examination.host) : undefined;
  if (disguise !== undefined) {
    return { kind: 'unread', reason: `${program.real} is ${disguise} under another name` };
  }
  switch (own.kind) {
    case 'ordinary':
      return { kind: 'nothing', environment: [] };
    case 'carrier':
    case 'interpreter':
      if (isVersionQuery(args) || (PRINTS_VERSION.test(own.name) && knownTexts(args)?.join() === '-v')) {
        return { kind: 'nothing', environment: [] };
      }
      return {
        kind: 'unread',
        reason: `${own.name} runs other programs or code; only an entry with these very arguments covers that`,
      };
    case 'shell':
      return isVersionQuery(args) ? { kind: 'nothing', environment: [] } : nestedShell(context);
    case 'wrapper':
      // Without arguments env prints the environment, which is a clean one.
      return isVersionQuery(args) || (own.name === 'env' && args.length === 0)
        ? { kind: 'nothing', environment: [] }
        : wrapped(own.name, context);
    case 'optional': {
      const read = inspectProgram(own.name, args, { cwd: place.cwd, files: examination.files });
      if (read.kind === 'unread') return read;
      if (read.kind === 'carries') return carriedCommands(read.commands, context);
      // Without it `git status` rewrites the index, which runs a hook (githooks(5), post-index-change).
      return { kind: 'nothing', environment: own.name === 'git' ? [['GIT_OPTIONAL_LOCKS', '0']] : [] };
    }
  }
}

/** Where `-v` alone prints the version; a shell would go on and read its standard input. */
const PRINTS_VERSION = /^(perl|node|nodejs|ruby|php|lua)$/;

function nestedShell({
  args,
  examination,
  place,
}: {
  args: Arguments;
  examination: Examination;
  place: Place;
}): Carrying {
  const [option, text, ...more] = args;
  if (option?.known !== true || option.text !== '-c' || text?.known !== true || more.length > 0) {
    return { kind: 'unread', reason: 'a shell is only read in the form -c TEXT' };
  }
  const inner = examination.shellText(text.text, { cwd: place.cwd, depth: place.depth + 1 });
  return {
    kind: 'programs',
    carried: [{ covered: inner.covered, findings: inner.findings, start: undefined }],
    words: inner.text === undefined ? undefined : ['-c', inner.text],
  };
}

function wrapped(
  name: string,
  { args, examination, place }: { args: Arguments; examination: Examination; place: Place },
): Carrying {
  const read = unwrap(name, args);
  if (read.kind === 'unread') return read;
  const rest = args.slice(read.program).map((arg): WordValue => {
    const at = read.replaces === undefined || !arg.known ? -1 : arg.text.indexOf(read.replaces);
    return at < 0 || !arg.known ? arg : { known: false, prefix: arg.text.slice(0, at), fields: 'one' };
  });
  if (read.appends) rest.push({ known: false, prefix: '', fields: 'split' });
  const carrying = carriedCommands([{ program: read.program, end: args.length, args: rest }], {
    args,
    examination,
    place,
  });
  // The variable that keeps git from writing its index would be cleared away.
  const carriesGit =
    carrying.kind === 'programs' &&
    carrying.carried.some(({ findings }) =>
      findings.some(({ path }) => path !== undefined && programKind(path).name === 'git'),
    );
  return name === 'env' && read.program > 0 && carriesGit
    ? { kind: 'unread', reason: 'git behind env with options or variables is not read' }
    : carrying;
}

/** Examines commands that stand inside the arguments, and puts their files in the place of their names. */
function carriedCommands(
  commands: readonly CarriedCommand[],
  { args, examination, place }: { args: Arguments; examination: Examination; place: Place },
): Carrying {
  const carried: Examined[] = [];
  const words: PlannedWord[] = [];
  let complete = true;
  let next = 0;
  for (const command of commands) {
    const [name, ...rest] = command.args;
    if (name?.known !== true) return { kind: 'unread', reason: 'a carried program is only known later' };
    const inner = examineProgram(name.text, rest, {
      examination,
      place: { ...place, depth: place.depth + 1 },
    });
    carried.push(inner);
    for (; next < command.program; next += 1) words.push({ given: next });
    if (inner.start === undefined) complete = false;
    else {
      words.push(...inner.start.pinned.words);
      for (const word of inner.start.words) {
        if (typeof word === 'string') words.push(word);
        else if (command.program + 1 + word.given < command.end)
          words.push({ given: command.program + 1 + word.given });
      }
    }
    next = command.end;
  }
  for (; next < args.length; next += 1) words.push({ given: next });
  return { kind: 'programs', carried, words: complete ? words : undefined };
}

/** Safe programs come from the system's own directories, under their own name. */
function isSafeFilter(program: ResolvedProgram, args: Arguments, safe: readonly string[]): boolean {
  const own = program.real.slice(program.real.lastIndexOf('/') + 1);
  return program.fixed && safe.includes(own) && isPureFilter(own, args);
}
