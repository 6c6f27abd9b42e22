import type { Broken, Setup } from './setup.ts';

/** Breaks a healthy setup in exactly one way. The doctor has to name `id` and nothing that follows from it. */
export type Maker = {
  id: string;
  /** `serving`: a gateway runs. `stopped`: it was set up and does not run, which the doctor says (gateway/down). */
  base: 'serving' | 'stopped';
  /** Root ids expected besides `id`, with the reason. */
  also?: readonly string[];
  /** Why it cannot be brought about here, undefined when it can. */
  skip?: () => string | undefined;
  make: (setup: Setup) => Promise<Broken | undefined> | Broken | undefined;
  mend?: Mend<Setup>;
  /** Files that the remedy is meant to change, besides the config. */
  mayChange?: RegExp;
};

/**
 * How the cause goes away. Default: the first command of the finding is typed as it is printed. `typed`: these of its
 * commands are, in turn, counted from 0, after the cause was taken away with `first`. `byHand`: what its words say is done by the test, because it is no command, or
 * one that concerns the whole machine.
 */
export type Mend<S> =
  | { typed: readonly number[]; first?: (setup: S) => Promise<unknown> | unknown }
  | { byHand: (setup: S) => Promise<unknown> | unknown; because: string };
