import type { DoctorBrief } from '../protocol/index.ts';
import { CHECKS } from './checks/registry.ts';
import { type DiagnoseOptions, diagnose } from './diagnose.ts';
import type { FactName } from './facts/facts.ts';

/** Facts that cost some stat calls in our own directories: no process table, no helper, no database. */
const CHEAP: ReadonlySet<FactName> = new Set([
  'config',
  'host',
  'logs',
  'stateFiles',
  'policy',
  'certificate',
]);

/** 250 ms: `/readyz` waits for it. */
const TOTAL_MS = 250;

/** Whether a finding is about the gateway as a whole: it answers nobody, or requests fail. */
export function concernsReadiness({ id }: { id: string }): boolean {
  return CHECKS.some((check) => check.id === id && check.level !== 'advice');
}

/** Ids of the checks that say whether requests would be served, and that may be asked at any time. */
export const READINESS_CHECKS: readonly string[] = CHECKS.filter(
  ({ level, needs }) => level !== 'advice' && needs.every((name) => CHEAP.has(name)),
).map(({ id }) => id);

/** What of the registry concerns readiness and costs next to nothing to ask. Writes nothing, ends within 250 ms. */
export async function diagnoseReadiness(options: DiagnoseOptions = {}): Promise<readonly DoctorBrief[]> {
  const { findings } = await diagnose({ ...options, only: READINESS_CHECKS, totalMs: TOTAL_MS });
  return findings
    .filter(({ outcome }) => outcome === 'problem')
    .map(({ id, severity, title, text }) => ({ id, severity, title, text }));
}
