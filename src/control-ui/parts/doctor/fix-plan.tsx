import type { Signal } from '@preact/signals';
import type { FixStep, Keep, PlannedRepair, Repair, Way } from '../../data/doctor-wire.ts';
import { t } from '../../text/translate.ts';
import { wireSentence } from '../../text/wire-sentence.ts';
import { Notice } from '../badge.tsx';
import { Outside } from '../outside-text.tsx';
import { describeStep } from './describe-step.ts';

const TONES = { safe: 'info', service: 'warn', interrupts: 'bad' } as const;

/** The way that is chosen, where a finding leaves the choice. */
export function wayOf(planned: PlannedRepair, keep: Keep | undefined): Way {
  return planned.alternatives?.find((way) => way.keep === keep) ?? planned;
}

/** What would be changed, with the risk; first the choice, where there is one. */
export function FixPlan({ plan, keep }: { plan: Repair; keep: Signal<Keep | undefined> }) {
  if (plan.planned.length === 0) return <p>{t('fix.nothing')}</p>;
  return (
    <>
      {plan.planned.map((planned) => {
        const way = wayOf(planned, keep.value);
        return (
          <div key={planned.id} class="stack tight">
            <Ways planned={planned} keep={keep} />
            <h3>{t('fix.steps')}</h3>
            <ol class="fix-steps">
              {way.steps.map((step, index) => (
                <li key={index}>
                  <StepText step={step} />
                </li>
              ))}
            </ol>
            <Notice tone={TONES[way.class]}>
              <p>
                <strong>{way.class === 'interrupts' ? t('fix.interrupts') : t('fix.risk')}</strong>{' '}
                <Outside text={wireSentence(way.risk)} />
              </p>
              {way.class === 'interrupts' && <p>{t('fix.comesBack')}</p>}
            </Notice>
          </div>
        );
      })}
    </>
  );
}

/** Who is to own the service; nothing where there is only one way. */
function Ways({ planned, keep }: { planned: PlannedRepair; keep: Signal<Keep | undefined> }) {
  const ways = planned.alternatives ?? [];
  if (ways.length < 2) return null;
  return (
    <fieldset class="ways">
      <legend>{t('fix.ways')}</legend>
      {ways.map((way) => (
        <label key={way.keep}>
          <input
            type="radio"
            name={planned.id}
            checked={way.keep === keep.value}
            onChange={() => {
              keep.value = way.keep;
            }}
          />
          <span>
            <Outside text={wireSentence(way.about)} />
          </span>
        </label>
      ))}
    </fieldset>
  );
}

/** A step as what it changes from and to, so that nobody has to know the command behind it. */
export function StepText({ step }: { step: FixStep }) {
  const shown = describeStep(step);
  return (
    <>
      <code>
        <Outside text={shown.what} maxChars={2_000} />
      </code>
      {'from' in shown && (
        <span class="from-to">
          <del>{shown.from}</del> → <ins>{shown.to}</ins>
        </span>
      )}
      {'note' in shown && <span class="muted">{shown.note}</span>}
      {'text' in shown && (
        <pre class="step-text">
          <Outside text={shown.text} maxChars={2_000} />
        </pre>
      )}
    </>
  );
}
