import type { FixStep } from '../../data/doctor-wire.ts';
import { t } from '../../text/translate.ts';
import { shellLine } from './shell-line.ts';

type StepShown =
  | { what: string }
  | { what: string; from: string; to: string }
  | { what: string; note: string }
  | { what: string; note: string; text: string };

/** A step of a repair for people: the thing, and what becomes of it. */
export function describeStep(step: FixStep): StepShown {
  switch (step.kind) {
    case 'mode':
      return { what: step.path, from: octal(step.from), to: octal(step.to) };
    case 'set-aside':
      return { what: step.path, note: t('fix.setAside') };
    case 'run':
      return { what: shellLine(step.command) };
    case 'unit':
      return {
        what: shellLine([
          'systemctl',
          ...(step.scope === 'user' ? ['--user'] : []),
          step.verb,
          ...step.units,
        ]),
      };
    case 'drop-in':
      return { what: step.path, note: t('fix.dropIn'), text: step.text.trimEnd() };
    case 'hand-over':
      return { what: step.to.unit, note: t('fix.handOver', { pid: step.from.pid }) };
    case 'end':
      return { what: `${step.name} (pid ${step.process.pid})`, note: t('fix.end') };
    case 'unknown':
      return { what: JSON.stringify(step.data) };
  }
}

function octal(mode: number): string {
  return (mode & 0o7777).toString(8).padStart(4, '0');
}
