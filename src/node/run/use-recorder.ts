import { type ExecDecision, recordUses } from '../../approvals/index.ts';
import { errorText } from '../../state/index.ts';

export type UseRecorder = {
  /** A run started on the strength of this decision. */
  note(decision: ExecDecision): void;
  /** Writes what is held back. */
  flush(): void;
};

/** Uses are for people to read; a synced write for each run would cost more than most runs. */
const HOLD_MS = 1_000;

/** Writes down which rules were used, all of one second at once. A disk that refuses is said once and stops nothing. */
export function createUseRecorder(policyPath: string, log: { info(text: string): void }): UseRecorder {
  let held: ExecDecision[] = [];
  let timer: NodeJS.Timeout | undefined;
  let hasComplained = false;

  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    const [first] = held;
    const programs = held.flatMap((decision) => decision.programs);
    held = [];
    if (first === undefined) return;
    try {
      recordUses(policyPath, { ...first, programs }, Date.now());
      hasComplained = false;
    } catch (thrown) {
      if (!hasComplained) log.info(errorText(thrown));
      hasComplained = true;
    }
  }

  return {
    note(decision) {
      if (!decision.programs.some(({ rule }) => rule !== undefined)) return;
      held.push(decision);
      timer ??= setTimeout(flush, HOLD_MS).unref();
    },
    flush,
  };
}
