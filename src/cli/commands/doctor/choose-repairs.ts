import { keepOwner, type PlannedRepair } from '../../../diagnostics/index.ts';
import type { Cli } from '../../cli.ts';
import type { Options } from '../../program/command-spec.ts';
import { hasOption, textOption, textsOption } from '../../program/option-values.ts';

/**
 * What of a plan is to be done. With `--yes` everything, but what interrupts a running gateway only when it was named: a
 * script that keeps a machine tidy must not restart it. On a terminal one question for all that interrupts nothing, one
 * each for the rest. On a pipe nothing.
 */
export async function chooseRepairs(
  cli: Cli,
  planned: readonly PlannedRepair[],
  options: Options,
): Promise<readonly PlannedRepair[]> {
  if (hasOption(options, 'yes')) {
    const isNamed = textsOption(options, 'fix').length > 0;
    const heldBack = planned.filter((one) => one.class === 'interrupts' && !isNamed);
    for (const { id } of heldBack)
      cli.out.note(`Left alone, because it interrupts the gateway: ${cli.self} doctor --fix ${id} --yes`);
    return planned.filter((one) => !heldBack.includes(one));
  }
  if (!cli.out.interactive || process.stdin.isTTY !== true || cli.out.json) {
    cli.out.note('Not a terminal: add --yes to do it.');
    return [];
  }
  return ask(planned, textOption(options, 'keep') !== undefined);
}

async function ask(
  planned: readonly PlannedRepair[],
  isOwnerChosen: boolean,
): Promise<readonly PlannedRepair[]> {
  const { confirm, isCancel, select } = await import('@clack/prompts');
  const chosen: PlannedRepair[] = [];
  const safe = planned.filter((one) => one.class === 'safe');
  if (safe.length > 0) {
    const what = safe.length === 1 ? (safe[0]?.title ?? '') : `${safe.length} repairs that interrupt nothing`;
    const answer = await confirm({ message: `${what}: do it?`, initialValue: false });
    if (isCancel(answer)) return [];
    if (answer) chosen.push(...safe);
  }
  for (const one of planned.filter((each) => each.class !== 'safe')) {
    const ways = isOwnerChosen ? [] : (one.alternatives ?? []);
    const answer = await select<'leave' | 'do' | 'service' | 'process'>({
      message: one.title,
      options: [
        { value: 'leave', label: 'leave it as it is' },
        ...(ways.length === 0
          ? [{ value: 'do' as const, label: 'do it', hint: one.risk }]
          : ways.map(({ keep, about, risk }) => ({ value: keep, label: about, hint: risk }))),
      ],
      initialValue: 'leave',
    });
    if (isCancel(answer)) return [];
    if (answer === 'do') chosen.push(one);
    else if (answer !== 'leave') chosen.push(...keepOwner([one], answer));
  }
  return chosen;
}
