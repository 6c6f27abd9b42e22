import type { DoctorRiskClass, DoctorStep } from '../../protocol/index.ts';

/** One change that `doctor --fix` makes, as data: shown before, checked right before, journalled, undone. */
export type FixStep = DoctorStep;

/** What a check offers to do. */
export type FixSpec<A> = {
  /** What could go wrong, in one sentence. */
  risk: string;
  class: DoctorRiskClass;
  steps: (args: A) => readonly FixStep[];
};

/** The step as somebody would type it. */
export function stepText(step: FixStep): readonly string[] {
  switch (step.kind) {
    case 'mode':
      return ['chmod', step.to.toString(8).padStart(4, '0'), step.path];
    case 'set-aside':
      return ['mv', step.path, `${step.path}.set-aside`];
    case 'run':
      return step.command;
  }
}
