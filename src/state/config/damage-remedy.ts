import type { Remedy } from '../ops-error.ts';

/** For a config that cannot be parsed or used: the doctor shows each place, and the last good text if there is one. */
export const DAMAGE_REMEDY: Remedy = { kind: 'run', command: ['clawdbot', 'doctor', '--only', 'config'] };
