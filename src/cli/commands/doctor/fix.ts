import {
  type DiagnoseOptions,
  type DoneStep,
  diagnose,
  type PlannedRepair,
  planRepairs,
  repair,
  stepText,
  undoRepairs,
} from '../../../diagnostics/index.ts';
import type { DoctorRepair } from '../../../protocol/index.ts';
import type { Cli } from '../../cli.ts';
import { escapeText } from '../../output/escape-text.ts';
import { shellText } from '../../output/shell-text.ts';
import type { Options } from '../../program/command-spec.ts';
import { hasOption, textsOption } from '../../program/option-values.ts';
import { statusOf } from './exit-status.ts';
import { printReport } from './print-report.ts';

/** `doctor --fix [ID…]`: shows every step and its risk, asks, does it, looks again. Exit status as without. */
export async function fix(cli: Cli, asked: DiagnoseOptions, options: Options): Promise<number> {
  const before = await diagnose(asked);
  const ids = textsOption(options, 'fix');
  const planned = planRepairs(before, ids).filter(
    (one) => !hasOption(options, 'safe') || one.class === 'safe',
  );
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
  const chosen = hasOption(options, 'dryRun') ? [] : await choose(cli, planned, options);
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
  if (!cli.out.json) printReport(cli, after, { verbose: false });
  return statusOf(after);
}

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
  for (const { id, title, risk, steps } of planned) {
    cli.out.line(`${cli.out.paint('bold', title)} ${cli.out.paint('dim', id)}`);
    for (const step of steps) cli.out.line(`  ${escapeText(shellText(stepText(step)))}`);
    cli.out.line(`  Risk: ${risk}`);
  }
}

/** All with `--yes`, one question each on a terminal, none on a pipe. */
async function choose(
  cli: Cli,
  planned: readonly PlannedRepair[],
  options: Options,
): Promise<readonly PlannedRepair[]> {
  if (hasOption(options, 'yes')) return planned;
  if (!cli.out.interactive || process.stdin.isTTY !== true || cli.out.json) {
    cli.out.note('Not a terminal: add --yes to do it.');
    return [];
  }
  const { confirm, isCancel } = await import('@clack/prompts');
  const chosen: PlannedRepair[] = [];
  for (const one of planned) {
    const answer = await confirm({ message: `${one.title}: do it?`, initialValue: false });
    if (isCancel(answer)) return [];
    if (answer) chosen.push(one);
  }
  return chosen;
}

function printSteps(cli: Cli, did: readonly DoneStep[]): void {
  for (const { step, result } of did) {
    const said =
      result.kind === 'done' ? cli.out.paint('green', 'done') : `${result.kind}: ${escapeText(result.why)}`;
    cli.out.line(`${escapeText(shellText(stepText(step)))}: ${said}`);
  }
}
