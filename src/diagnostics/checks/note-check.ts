import type { DoctorRiskClass, DoctorStep } from '../../protocol/index.ts';
import type { Remedy } from '../../state/index.ts';
import { type Check, type CheckSpec, defineCheck, type Evidence, ok, problem } from '../engine/check.ts';
import type { FactName, Facts } from '../facts/facts.ts';

/** One thing found, with what to do about it. */
type Note = { text: string; remedies: readonly Remedy[]; step?: DoctorStep };

/** A check that lists what it found, each with its own remedy and, with `fix`, its own step. */
export function noteCheck<const K extends FactName>(
  spec: Omit<CheckSpec<K, Evidence>, 'run' | 'text' | 'remedy' | 'fix'> & {
    notes: (facts: Pick<Facts, K>) => readonly Note[];
    fix?: { risk: string; class: DoctorRiskClass };
  },
): Check {
  const { notes, fix, ...data } = spec;
  return defineCheck<K, { notes: readonly Note[] }>({
    ...data,
    run: (facts) => {
      const found = notes(facts);
      return found.length === 0 ? ok : problem({ notes: found });
    },
    text: ({ notes: found }) => found.map(({ text }) => text).join('\n'),
    remedy: ({ notes: found }) => found.flatMap(({ remedies }) => remedies),
    ...(fix === undefined
      ? {}
      : { fix: { ...fix, steps: ({ notes: found }) => found.flatMap(({ step }) => step ?? []) } }),
  });
}
