import { type DoctorAlternative, type DoctorRepair, isCheckMeant } from '../../protocol/index.ts';
import { resolvePaths } from '../../state/index.ts';
import { type DiagnoseOptions, diagnose } from '../diagnose.ts';
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
      ...(fix.alternatives === undefined ? {} : { alternatives: fix.alternatives }),
    }));
}

/** The same plan with the way that leaves this one as the owner, where a finding has it. */
export function keepOwner(
  planned: readonly PlannedRepair[],
  keep: DoctorAlternative['keep'],
): readonly PlannedRepair[] {
  return planned.map((one) => {
    const way = one.alternatives?.find((alternative) => alternative.keep === keep);
    return way === undefined ? one : { ...one, risk: way.risk, class: way.class, steps: way.steps };
  });
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
  const env = options.env ?? process.env;
  const { stateDir } = options.paths ?? resolvePaths(env);
  const did: DoneStep[] = [];
  for (const { id, steps } of planned) {
    for (const step of steps) {
      // Later steps build on earlier ones.
      if (did.some((done) => done.id === id && done.result.kind === 'failed')) break;
      const before = readJournal(stateDir);
      writeJournal(stateDir, [...before, { at: new Date().toISOString(), id, step }]);
      const result = await applyStep(step, env);
      // What was not done cannot be taken back; of several units some may have been changed before one failed.
      const isHalfDone = result.kind === 'failed' && step.kind === 'unit';
      if (result.kind !== 'done' && !isHalfDone) writeJournal(stateDir, before);
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
  const env = options.env ?? process.env;
  const { stateDir } = options.paths ?? resolvePaths(env);
  const did: DoneStep[] = [];
  const failed = [];
  for (const entry of readJournal(stateDir).toReversed()) {
    const result = await undoStep(entry.step, env);
    if (result.kind === 'failed') failed.unshift(entry);
    did.push({ id: entry.id, step: entry.step, result });
  }
  if (did.length > 0) writeJournal(stateDir, failed);
  return did;
}
