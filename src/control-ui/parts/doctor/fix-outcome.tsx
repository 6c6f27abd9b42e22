import type { Repair } from '../../data/doctor-wire.ts';
import { t } from '../../text/translate.ts';
import { Badge, Notice } from '../badge.tsx';
import { InlineCode } from '../inline-code.tsx';
import { Outside } from '../outside-text.tsx';
import { StepText } from './fix-plan.tsx';

/** What became of each step, as far as it was told, and whether the problem is gone. */
export function FixOutcome({ did, stillThere }: Pick<Repair, 'did'> & { stillThere: readonly string[] }) {
  return (
    <>
      {did.length > 0 && (
        <ul class="fix-steps">
          {did.map(({ step, result }, index) => (
            <li key={index}>
              <Badge tone={result.kind === 'done' ? 'good' : result.kind === 'failed' ? 'bad' : 'idle'}>
                {t(
                  `fix.${result.kind === 'done' ? 'done' : result.kind === 'failed' ? 'failed' : 'notNeeded'}`,
                )}
              </Badge>
              <StepText step={step} />
              {result.why !== undefined && (
                <span class="muted">
                  <Outside text={result.why} />
                </span>
              )}
            </li>
          ))}
        </ul>
      )}
      {stillThere.length > 0 ? (
        <Notice tone="warn">{t('fix.stillThere')}</Notice>
      ) : (
        <Notice tone="good">{t('fix.gone')}</Notice>
      )}
      <p class="note">
        <InlineCode text={t('fix.undo')} />
      </p>
    </>
  );
}
