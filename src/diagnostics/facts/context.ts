import type { StatePaths } from '../../state/index.ts';
import type { UnitScope } from '../../supervisor/systemd/index.ts';

/** Whom the doctor looks at, and from where. The same for every fact of a run. */
export type Context = {
  env: Readonly<Record<string, string | undefined>>;
  paths: StatePaths;
  scope: UnitScope;
  /** Version of this program. */
  version: string;
  uid: number;
  nowMs: number;
  /** Directories in which system programs are looked for instead of the usual ones; they have to belong to root all the same. */
  helperDirectories: readonly string[] | undefined;
  /** The socket of tailscaled instead of the usual one. */
  tailscaleSocket: string | undefined;
  /** Where `proc` and `sys` are that tell of memory and WSL, instead of `/`. */
  kernelRoot: string | undefined;
};
