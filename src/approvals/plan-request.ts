import type { DecisionCode, ProgramFinding } from './decision.ts';
import type { EffectiveSettings } from './effective-settings.ts';
import { type Examination, type Examined, examineProgram } from './examine-program.ts';
import { examineShell } from './examine-shell.ts';
import type { ExecRequest } from './exec-request.ts';
import type { FileFacts } from './file-facts.ts';
import type { HostFacts } from './host-facts.ts';
import { newPins, type Pins } from './pin-files.ts';
import type { StartPlan } from './plan.ts';
import { literalArguments } from './programs/arguments.ts';
import { programKind } from './programs/program-kinds.ts';
import { resolvePath } from './resolve-path.ts';
import { type ResolvedProgram, resolveProgram } from './resolve-program.ts';
import { matchRules } from './rule-match.ts';
import { agreesWithText } from './text-agreement.ts';

/** The directory a request starts in, followed to its end. */
export type UsableDirectory = {
  kind: 'usable';
  path: string;
  calledAs: string;
  dev: string;
  ino: string;
  looseness: string | undefined;
};

export type PlanContext = {
  settings: EffectiveSettings;
  facts: { files: FileFacts; host: HostFacts };
  cwd: UsableDirectory;
};

export type PlannedRequest =
  | {
      kind: 'planned';
      covered: boolean;
      reason: string;
      programs: readonly ProgramFinding[];
      plan?: StartPlan;
    }
  | { kind: 'impossible'; code: DecisionCode; reason: string };

/** Finds every program of a request, whether each is covered, and what would have to be started. */
export function planRequest(request: ExecRequest, context: PlanContext): PlannedRequest {
  const { files, host } = context.facts;
  const [name = '', ...args] = request.command;
  if (!agreesWithText(request, host.home)) {
    return {
      kind: 'impossible',
      code: 'text-mismatch',
      reason: 'the text shown is not the command that would run',
    };
  }
  const found = resolveProgram(name, { cwd: context.cwd.path, files, host });
  if (found.kind === 'missing') return { kind: 'impossible', code: 'not-found', reason: found.reason };
  const examination = newExamination(context);
  const place = { cwd: context.cwd.path, depth: 0 };
  const line = shellLine(found.program, args, context);
  if (line !== undefined)
    return planShellLine(line, { request, program: found.program, examination, context });

  const examined = examineProgram(name, literalArguments(args), { examination, place });
  const why = reasonOf(examined.findings);
  if (examined.start === undefined) {
    return planAsGiven({
      request,
      program: found.program,
      examination,
      context,
      findings: examined.findings,
    });
  }
  if (!examined.covered) pinOperands(args, { program: found.program, pins: examination.pins, context });
  return {
    kind: 'planned',
    covered: examined.covered && context.cwd.looseness === undefined,
    reason: context.cwd.looseness ?? why,
    programs: examined.findings,
    plan: finishPlan({ request, examination, context, start: { ...examined.start, args, name } }),
  };
}

function newExamination({ settings, facts, cwd }: PlanContext): Examination {
  const examination: Examination = {
    settings,
    ...facts,
    pins: newPins(facts.files, facts.host, cwd.path),
    found: new Map(),
    environment: new Map(),
    shellText: (text, place) => examineShell(text, { examination, place }),
  };
  return examination;
}

type PlanInput = {
  request: ExecRequest;
  program: ResolvedProgram;
  examination: Examination;
  context: PlanContext;
};

/**
 * The text of a shell line. Its outermost shell is transport and needs no entry, so it has to be the system's own,
 * in a form without start-up files or positional arguments. `-l` is understood and not carried out: the environment
 * is ours. An entry that names these very arguments takes the line as it is.
 */
function shellLine(
  program: ResolvedProgram,
  args: readonly string[],
  { settings, facts }: PlanContext,
): string | undefined {
  if (
    programKind(program.real).kind !== 'shell' ||
    program.looseness !== undefined ||
    !SYSTEM_SHELL.test(program.real)
  ) {
    return undefined;
  }
  const text = lineText(args);
  const home = facts.host.home;
  const named = matchRules(settings.rules, { path: program.real, args: literalArguments(args), home });
  return named.constrained === undefined ? text : undefined;
}

const SYSTEM_SHELL = /^\/(usr\/)?bin\/[a-z]+$|^\/nix\/store\/[^/]+\/bin\/[a-z]+$/;

/** The text of `-c TEXT`, `-lc TEXT` or `-l -c TEXT`. */
function lineText(args: readonly string[]): string | undefined {
  if (args.length === 2 && (args[0] === '-c' || args[0] === '-lc')) return args[1];
  return args.length === 3 && args[0] === '-l' && args[1] === '-c' ? args[2] : undefined;
}

function planShellLine(text: string, input: PlanInput): PlannedRequest {
  const { examination, context } = input;
  const examined = examineShell(text, { examination, place: { cwd: context.cwd.path, depth: 0 } });
  if (examined.text === undefined) return planAsGiven({ ...input, findings: examined.findings });
  const pinned = examination.pins.program(input.program);
  if (pinned.kind === 'unusable') return { kind: 'impossible', code: 'not-found', reason: pinned.reason };
  return {
    kind: 'planned',
    covered: examined.covered && context.cwd.looseness === undefined,
    reason: context.cwd.looseness ?? reasonOf(examined.findings),
    programs: examined.findings,
    plan: finishPlan({
      request: input.request,
      examination,
      context,
      start: { pinned, words: ['-c', examined.text], args: [], name: input.program.name },
    }),
  };
}

/** What is not understood in full can only be started as it was given, after a person agreed. */
function planAsGiven(input: PlanInput & { findings: readonly ProgramFinding[] }): PlannedRequest {
  const { request, program, context, findings } = input;
  const examination = newExamination(context);
  const pinned = examination.pins.program(program);
  if (pinned.kind === 'unusable') return { kind: 'impossible', code: 'not-found', reason: pinned.reason };
  const given = request.command.slice(1);
  const text = programKind(program.real).kind === 'shell' ? lineText(given) : undefined;
  const args = text === undefined ? (scriptOperand(input, examination.pins) ?? given) : ['-c', text];
  pinOperands(args, { program, pins: examination.pins, context });
  const words = args.map((_, index) => ({ given: index }));
  return {
    kind: 'planned',
    covered: false,
    reason: reasonOf(findings),
    programs: findings,
    plan: finishPlan({ request, examination, context, start: { pinned, words, args, name: program.name } }),
  };
}

/** `sh job.sh …` after a person agreed: the shell gets the bytes that were there when they were asked. */
function scriptOperand({ request, program, context }: PlanInput, pins: Pins): readonly string[] | undefined {
  const [script, ...rest] = request.command.slice(1);
  if (programKind(program.real).kind !== 'shell' || script === undefined || script.startsWith('-'))
    return undefined;
  const { files, host } = context.facts;
  const called = script.startsWith('/') ? script : `${context.cwd.path}/${script}`;
  const path = resolvePath(called, files, host);
  return path?.fact.kind === 'file' ? [...pins.script({ ...path, called }, program), ...rest] : undefined;
}

// More operands than this are data rather than scripts.
const MAX_OPERANDS = 16;

/** A person who agrees to `sh job.sh` agrees to what the file says now. */
function pinOperands(
  args: readonly string[],
  { program, pins, context }: { program: ResolvedProgram; pins: Pins; context: PlanContext },
): void {
  if (programKind(program.real).kind === 'ordinary') return;
  const { files, host } = context.facts;
  for (const arg of args.slice(0, MAX_OPERANDS)) {
    if (arg.length > 4_096 || arg === '') continue;
    const called = arg.startsWith('/') ? arg : `${context.cwd.path}/${arg}`;
    const path = resolvePath(called, files, host);
    if (path?.fact.kind === 'file') pins.operand({ ...path, called });
  }
}

function finishPlan({
  request,
  examination,
  context,
  start,
}: {
  request: ExecRequest;
  examination: Examination;
  context: PlanContext;
  start: NonNullable<Examined['start']> & { args: readonly string[]; name: string };
}): StartPlan {
  const [first, ...prefix] = start.pinned.words;
  const rest = start.words.map((word) => (typeof word === 'string' ? word : (start.args[word.given] ?? '')));
  const { path, calledAs, dev, ino } = context.cwd;
  return {
    executable: start.pinned.executable,
    argv: [start.pinned.script ? first : start.name, ...prefix, ...rest],
    cwd: { path, calledAs, dev, ino },
    environment: {
      ...context.facts.host.environment,
      ...request.env,
      ...Object.fromEntries(examination.environment),
    },
    files: examination.pins.files,
  };
}

function reasonOf(findings: readonly ProgramFinding[]): string {
  const open = findings.find((finding) => !finding.covered);
  if (open === undefined) return 'every program is covered';
  return `${shortName(open)}: ${open.why}`;
}

function shortName(finding: ProgramFinding): string {
  const name = finding.path ?? finding.words[0] ?? '';
  return name.length > 80 || /\s/.test(name) ? 'the text' : name;
}
