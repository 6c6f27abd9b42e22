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
  /** Takes the cause away, the way a person following the remedy would. */
  mend?: (setup: Setup) => Promise<void> | void;
};
