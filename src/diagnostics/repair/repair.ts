import { type DoctorRepair, isCheckMeant } from '../../protocol/index.ts';
import { resolvePaths } from '../../state/index.ts';
import { type DiagnoseOptions, diagnose } from '../diagnose.ts';
import type { FixStep } from '../engine/fix-step.ts';
import type { Finding, Report } from '../report.ts';
import { applyStep, undoStep } from './apply-step.ts';
import { readJournal, writeJournal } from './journal.ts';

/** A finding with the steps that put it right. */
export type PlannedRepair = DoctorRepair['planned'][number];

export type DoneStep = DoctorRepair['did'][number];

export type RepairReport = {
  did: readonly DoneStep[];
  /** Findings that were to be put right and are still there. */
  stillThere: readonly string[];
  after: Report;
};

/** What could be repaired of a report, all of it or the ids named. Changes nothing. */
export function planRepairs(report: Report, ids: readonly string[] = []): readonly PlannedRepair[] {
  return report.findings
    .filter(
      ({ id, fix }) => fix.available && (ids.length === 0 || ids.some((name) => isCheckMeant(id, name))),
    )
    .map(({ id, title, fix }: Finding) => ({
      id,
      title,
      risk: fix.risk ?? '',
      class: fix.class ?? 'interrupts',
      steps: fix.steps,
    }));
}

/**
 * Does planned repairs, each step journalled first and its premise checked right before, then looks again. May be
 * repeated after an interruption.
 * @throws `state/write` when the journal cannot be kept: nothing was done then
 */
export async function repair(
  planned: readonly PlannedRepair[],
  options: DiagnoseOptions = {},
): Promise<RepairReport> {
  const { stateDir } = options.paths ?? resolvePaths(options.env);
  const did: DoneStep[] = [];
  for (const { id, steps } of planned) {
    for (const step of steps) {
      const before = readJournal(stateDir);
      writeJournal(stateDir, [...before, { at: new Date().toISOString(), id, step: plainStep(step) }]);
      const result = await applyStep(step);
      // What was not done cannot be taken back.
      if (result.kind !== 'done') writeJournal(stateDir, before);
      did.push({ id, step, result });
    }
  }
  const after = await diagnose(options);
  const ids = new Set(planned.map(({ id }) => id));
  const stillThere = after.findings.filter(({ id, outcome }) => outcome === 'problem' && ids.has(id));
  return { did, stillThere: stillThere.map(({ id }) => id), after };
}

/** Takes back every repair that was made and is not taken back yet, the newest first. @throws `state/damaged`, `state/write` */
export async function undoRepairs(options: DiagnoseOptions = {}): Promise<readonly DoneStep[]> {
  const { stateDir } = options.paths ?? resolvePaths(options.env);
  const did: DoneStep[] = [];
  const failed = [];
  for (const entry of readJournal(stateDir).toReversed()) {
    const step = entry.step as FixStep; // checked by the journal's schema, which is the same union
    const result = await undoStep(step);
    if (result.kind === 'failed') failed.unshift(entry);
    did.push({ id: entry.id, step, result });
  }
  if (did.length > 0) writeJournal(stateDir, failed);
  return did;
}

/** The journal's form: lists that may be written. */
function plainStep(step: FixStep) {
  if (step.kind !== 'run') return step;
  const { kind, command, undo } = step;
  return { kind, command: [...command], ...(undo === undefined ? {} : { undo: [...undo] }) };
}
