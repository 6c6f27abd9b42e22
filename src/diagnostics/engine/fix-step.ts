/** One change that `doctor --fix` makes, as data: shown before, checked right before, journalled, undone. */
export type FixStep =
  /** Permission bits of a file or directory; undone by the bits it had. */
  | { kind: 'mode'; path: string; from: number; to: number }
  /** Renames a file that is of no use any more; undone by renaming it back. */
  | { kind: 'set-aside'; path: string }
  /** Runs a system program; `undo` is the program that takes it back, none when nothing needs to be. */
  | { kind: 'run'; command: readonly string[]; undo?: readonly string[] };

/** What a check offers to do. Only for changes that are safe while everything runs. */
export type FixSpec<A> = {
  /** What could go wrong, in one sentence. */
  risk: string;
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
