import type { FixStep } from '../../data/doctor-wire.ts';
import { t } from '../../text/translate.ts';
import { shellLine } from './shell-line.ts';

type StepShown =
  | { what: string }
  | { what: string; from: string; to: string }
  | { what: string; note: string };

/** A step of a repair for people: the thing, and what becomes of it. */
export function describeStep(step: FixStep): StepShown {
  if ('from' in step && typeof step.from === 'number' && typeof step.to === 'number') {
    return { what: String(step.path), from: octal(step.from), to: octal(step.to) };
  }
  if (step.kind === 'set-aside' && 'path' in step)
    return { what: String(step.path), note: t('fix.setAside') };
  if ('command' in step && Array.isArray(step.command)) return { what: shellLine(step.command.map(String)) };
  if ('units' in step && Array.isArray(step.units)) {
    const scope = step.scope === 'user' ? ['--user'] : [];
    return { what: shellLine(['systemctl', ...scope, String(step.verb), ...step.units.map(String)]) };
  }
  return { what: JSON.stringify(step) };
}

function octal(mode: number): string {
  return (mode & 0o7777).toString(8).padStart(4, '0');
}
