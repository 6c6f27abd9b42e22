import { isDeepStrictEqual } from 'node:util';
import {
  type DiagnoseOptions,
  type DoneStep,
  diagnose,
  keepOwner,
  type PlannedRepair,
  planRepairs,
  repair,
  stepText,
  undoRepairs,
} from '../../../diagnostics/index.ts';
import type { DoctorRepair, DoctorRiskClass, DoctorStep } from '../../../protocol/index.ts';
import type { Cli } from '../../cli.ts';
import { escapeText } from '../../output/escape-text.ts';
import { shellText } from '../../output/shell-text.ts';
import type { Options } from '../../program/command-spec.ts';
import { hasOption, textOption, textsOption } from '../../program/option-values.ts';
import { chooseRepairs } from './choose-repairs.ts';
import { statusOf } from './exit-status.ts';
import { printReport } from './print-report.ts';
import { showService } from './show-service.ts';

/** `doctor --fix [ID…]`: shows every step and its risk, asks, does it, looks again. Exit status as without. */
export async function fix(cli: Cli, asked: DiagnoseOptions, options: Options): Promise<number> {
  const before = await diagnose(asked);
  const ids = textsOption(options, 'fix');
  const keep = textOption(options, 'keep');
  const all = planRepairs(before, ids);
  const wanted = keep === 'service' || keep === 'process' ? keepOwner(all, keep) : all;
  const planned = wanted.filter((one) => RISKS.indexOf(one.class) <= mostRisk(options));
  const untouched = { planned, did: [], stillThere: [], report: before } satisfies DoctorRepair;
  if (planned.length === 0) {
    if (cli.out.json) cli.out.value(untouched);
    cli.out.line(
      `Nothing here can be put right by itself${ids.length === 0 ? '' : ` under ${ids.join(', ')}`}.`,
    );
    if (!cli.out.json) printReport(cli, before, { verbose: false });
    return statusOf(before);
  }
  printPlan(cli, planned);
  const chosen = hasOption(options, 'dryRun') ? [] : await chooseRepairs(cli, planned, options);
  if (chosen.length === 0) {
    if (cli.out.json) cli.out.value(untouched);
    cli.out.line(hasOption(options, 'dryRun') ? 'Nothing was changed (--dry-run).' : 'Nothing was changed.');
    return statusOf(before);
  }
  const { did, stillThere, after } = await repair(chosen, asked);
  if (cli.out.json) cli.out.value({ planned, did, stillThere, report: after } satisfies DoctorRepair);
  printSteps(cli, did);
  for (const left of stillThere) cli.out.line(cli.out.paint('yellow', `still there: ${left}`));
  if (did.some(({ result }) => result.kind === 'done'))
    cli.out.line(`Take it back with: ${cli.self} doctor --undo`);
  if (!cli.out.json) {
    if (did.some(({ step }) => CHANGES_OWNER.has(step.kind))) await showService(cli, asked);
    printReport(cli, after, { verbose: false });
  }
  return statusOf(after);
}

/** From what nobody notices to what ends a process. */
const RISKS: readonly DoctorRiskClass[] = ['safe', 'service', 'interrupts'];

function mostRisk(options: Options): number {
  if (hasOption(options, 'safe')) return 0;
  const named = (RISKS as readonly (string | undefined)[]).indexOf(textOption(options, 'risk'));
  return named === -1 ? RISKS.length : named;
}

/** After these the question is who owns the service now. */
const CHANGES_OWNER: ReadonlySet<DoctorStep['kind']> = new Set(['unit', 'hand-over', 'end']);

/** `doctor --undo`. */
export async function undo(cli: Cli, asked: DiagnoseOptions): Promise<number> {
  const did = await undoRepairs(asked);
  if (cli.out.json) cli.out.value({ undone: did });
  if (did.length === 0) cli.out.line('There is nothing to take back.');
  for (const { id, step, result } of did) {
    const said = result.kind === 'done' ? 'taken back' : `${result.kind}: ${escapeText(result.why)}`;
    cli.out.line(`${id}: ${escapeText(shellText(stepText(step)))}: ${said}`);
  }
  return did.some(({ result }) => result.kind === 'failed') ? 1 : 0;
}

function printPlan(cli: Cli, planned: readonly PlannedRepair[]): void {
  for (const { id, title, risk, steps, alternatives = [] } of planned) {
    cli.out.line(`${cli.out.paint('bold', title)} ${cli.out.paint('dim', id)}`);
    printWay(cli, { steps, risk });
    for (const { keep, about, ...way } of alternatives) {
      if (isDeepStrictEqual(way.steps, steps)) continue;
      cli.out.line(`  Or, with --keep ${keep}: ${escapeText(about)}`);
      printWay(cli, way);
    }
  }
}

function printWay(cli: Cli, { steps, risk }: Pick<PlannedRepair, 'steps' | 'risk'>): void {
  for (const step of steps) {
    cli.out.line(`  ${escapeText(shellText(stepText(step)))}`);
    if (step.kind === 'drop-in')
      for (const line of step.text.trimEnd().split('\n')) cli.out.line(`    + ${escapeText(line)}`);
  }
  cli.out.line(`  Risk: ${risk}`);
}

function printSteps(cli: Cli, did: readonly DoneStep[]): void {
  for (const { step, result } of did) {
    const said =
      result.kind === 'done' ? cli.out.paint('green', 'done') : `${result.kind}: ${escapeText(result.why)}`;
    cli.out.line(`${escapeText(shellText(stepText(step)))}: ${said}`);
  }
}
