import type { DoctorAlternative, DoctorRiskClass, DoctorStep } from '../../protocol/index.ts';

/** One change that `doctor --fix` makes, as data: shown before, checked right before, journalled, undone. */
export type FixStep = DoctorStep;

/** What a check offers to do. */
export type FixSpec<A> = {
  /** What could go wrong, in one sentence. */
  risk: string;
  class: DoctorRiskClass;
} & (
  | { steps: (args: A) => readonly FixStep[] }
  /** Several ways; the first is done unless another is asked for. */
  | { alternatives: (args: A) => readonly DoctorAlternative[] }
);

/** The step as somebody would type it. */
export function stepText(step: FixStep): readonly string[] {
  switch (step.kind) {
    case 'mode':
      return ['chmod', step.to.toString(8).padStart(4, '0'), step.path];
    case 'set-aside':
      return ['mv', step.path, `${step.path}.set-aside`];
    case 'run':
      return step.command;
    case 'unit':
      return ['systemctl', `--${step.scope}`, ...VERBS[step.verb], ...step.units];
    case 'drop-in':
      return ['tee', step.path];
    case 'hand-over':
      // No program does this alone: the owner is asked over its control socket.
      return ['hand-over', `pid ${step.from.pid}`, 'to', step.to.unit];
    case 'end':
      return ['kill', '-TERM', String(step.process.pid)];
  }
}

const VERBS = { start: ['start'], stop: ['stop'], disable: ['disable', '--now'] } as const;
