import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { type Finding, planRepairs, type Report, repair, undoRepairs } from '../../src/diagnostics/index.ts';
import type { Maker } from '../makers/maker.ts';
import { changedSince, snapshot } from '../makers/parts/snapshot.ts';
import {
  type Broken,
  examine,
  healthySetup,
  optionsOf,
  rootIds,
  type Setup,
  until,
} from '../makers/setup.ts';
import { typeCommand } from '../makers/type-command.ts';
import { assertRoots } from './assert-roots.ts';
import { commandsToType, findingOf, refusedRemedies } from './check-remedy.ts';
import { loadMakers } from './load-makers.ts';
import { noteRow, printRows, type RecallRow, typedText } from './recall-table.ts';

const makers = await loadMakers<Maker>('.');

for (const maker of makers) {
  const { id, base, also = [] } = maker;
  test(`${id}: named as the cause, and gone when the remedy is followed`, {
    skip: maker.skip?.() ?? false,
  }, async (t) => {
    const setup = await healthySetup(t, base);
    const before = await examine(setup);
    assertRoots(before, base === 'serving' ? [] : ['gateway/down']);
    const healthy = snapshot(setup.home);
    const broken = (await maker.make(setup)) ?? {};
    const report = await examine(setup, broken);
    assertRoots(report, [id, ...also]);
    assert.deepEqual(refusedRemedies(report), []);

    const fixed = await fixAndUndo(setup, broken, report, id);
    const sick = snapshot(setup.home);
    const goneBy = await mend(maker, setup, findingOf(report, id));
    // A gateway that follows its config needs a moment.
    await until(`${id} to be gone`, async () => !rootIds(await examine(setup, broken)).includes(id));
    const ofFault = changedSince(healthy, sick);
    const strange = changedSince(sick, snapshot(setup.home)).filter(
      (path) => !ofFault.includes(path) && !isOfRemedy(path, setup, maker),
    );
    assert.deepEqual(strange, [], 'the remedy changed something the fault had not touched');
    noteRow({ id, on: 'home', ms: report.durationMs, goneBy, fixed });
  });
}

after(() => printRows(makers.length));

/** `--fix`, where there is one: gone, nothing else touched, and there again after `--undo`. */
async function fixAndUndo(
  setup: Setup,
  broken: Broken,
  report: Report,
  id: string,
): Promise<RecallRow['fixed']> {
  if (!findingOf(report, id).fix.available) return 'no';
  const options = optionsOf(setup, broken);
  const sick = snapshot(setup.home);
  const { did, stillThere } = await repair(planRepairs(report, [id]), options);
  assert.deepEqual(stillThere, [], JSON.stringify(did));
  assert.deepEqual([...new Set(did.map(({ result }) => result.kind))], ['done']);
  assert.deepEqual(
    planRepairs(await examine(setup, broken), [id]),
    [],
    'a second repair finds nothing to do',
  );
  const touched = did.flatMap(({ step }) => ('path' in step ? [step.path, `${step.path}.set-aside`] : []));
  const strange = changedSince(sick, snapshot(setup.home)).filter(
    (path) => !touched.includes(path) && !path.endsWith('/doctor-repairs.json'),
  );
  assert.deepEqual(strange, [], '--fix changed something else');
  await undoRepairs(options);
  const left = changedSince(sick, snapshot(setup.home)).filter(
    (path) => !path.endsWith('/doctor-repairs.json'),
  );
  assert.deepEqual(left, [], '--undo left something changed');
  assert.ok(rootIds(await examine(setup, broken)).includes(id), 'taken back means: there again');
  return 'fix and undo';
}

/** Types what is printed, or does what its words say. Gives what was done, for the table. */
async function mend({ mend: how }: Maker, setup: Setup, { remedies }: Finding): Promise<string> {
  if (how !== undefined && 'byHand' in how) {
    await how.byHand(setup);
    return `by hand: ${how.because}`;
  }
  await how?.first?.(setup);
  const chosen = commandsToType(remedies, how?.typed);
  for (const remedy of chosen) {
    await typeCommand(setup, remedy.command);
  }
  return chosen.map((remedy) => `\`${typedText(remedy, setup.home)}\``).join(', ');
}

/** What commands of a remedy may change besides taking the fault away: the config, its backups, and notes of the program itself. */
function isOfRemedy(path: string, { paths }: Setup, { mayChange }: Maker): boolean {
  if (mayChange?.test(path)) return true;
  return (
    path.startsWith(paths.config) ||
    path.endsWith('/doctor-repairs.json') ||
    path === paths.execApprovals ||
    path.endsWith('/.clawdbot.json.lock')
  );
}
