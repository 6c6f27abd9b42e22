import type { StatePaths } from '../state/index.ts';
import type { Output } from './output/output.ts';

/** What every command gets: where it is, where it writes, what must never be shown. */
export type Cli = {
  readonly out: Output;
  readonly paths: StatePaths;
  /** The environment with `--profile` and `--dev` worked in; also what child processes get. */
  readonly env: NodeJS.ProcessEnv;
  /** Secrets learnt on the way; the error renderer masks them. */
  readonly secrets: Set<string>;
  /** What people type to run this program here, for hints: `clawdbot`, or the way this process was started. */
  readonly self: string;
};
