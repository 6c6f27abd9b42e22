import type { Finding } from '../../data/doctor-wire.ts';
import type { Tone } from '../badge.tsx';

/** How loud a finding is. What could not be found out is never read as well. */
export function toneOf({ severity, outcome }: Pick<Finding, 'severity' | 'outcome'>): Tone {
  if (outcome === 'unknown') return 'idle';
  return severity === 'error' ? 'bad' : severity === 'warning' ? 'warn' : 'info';
}

const ORDER = ['bad', 'warn', 'idle', 'info'];

/** Worst first; the doctor's own order inside. */
export function worstFirst(findings: readonly Finding[]): Finding[] {
  return [...findings].sort((a, b) => ORDER.indexOf(toneOf(a)) - ORDER.indexOf(toneOf(b)));
}
