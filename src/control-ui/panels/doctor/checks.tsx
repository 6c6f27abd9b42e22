import { useComputed, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { useApp } from '../../app.ts';
import {
  type Chapter,
  type CheckResult,
  chapterSchema,
  type Report,
  type Severity,
} from '../../data/doctor-wire.ts';
import { listOf, property } from '../../data/wire.ts';
import { Badge, Empty, type Tone } from '../../parts/badge.tsx';
import { Choice } from '../../parts/choice.tsx';
import { FilterInput } from '../../parts/filter-input.tsx';
import { Outside } from '../../parts/outside-text.tsx';
import { Panel } from '../../parts/panel.tsx';
import { plural, t } from '../../text/translate.ts';
import { wireSentence } from '../../text/wire-sentence.ts';

const TONES: Readonly<Record<CheckResult['outcome'], Tone>> = {
  ok: 'good',
  problem: 'bad',
  unknown: 'warn',
  'not-applicable': 'idle',
  hidden: 'idle',
};
const SEVERITY_TONES: Readonly<Record<Severity, Tone>> = { error: 'bad', warning: 'warn', advice: 'info' };
const OUTCOMES = ['problem', 'unknown', 'ok', 'not-applicable', 'hidden'] as const;

/** Every check with its outcome; opened, it says what it is about. */
export function Checks({ report }: { report: Report }) {
  const { link } = useApp();
  const chapters = useSignal<ReadonlyMap<string, Chapter>>(new Map());
  const filter = useSignal('');
  const outcome = useSignal<CheckResult['outcome'] | 'all'>('all');
  useEffect(() => {
    // The list makes ids readable; without it the page is poorer, not wrong.
    link.call('doctor.list', {}).then(
      (answer) => {
        const found = listOf(chapterSchema, property(answer, 'checks') ?? answer);
        chapters.value = new Map(found.map((chapter) => [chapter.id, chapter]));
      },
      () => {},
    );
  }, [link]);
  const order = useComputed(() => chapters.value);
  const wanted = filter.value.trim().toLowerCase();
  const shown = [...report.checks]
    .sort((a, b) => OUTCOMES.indexOf(a.outcome) - OUTCOMES.indexOf(b.outcome))
    .filter(
      (check) =>
        (outcome.value === 'all' || check.outcome === outcome.value) &&
        `${check.id} ${wireSentence(order.value.get(check.id)?.title ?? '')}`.toLowerCase().includes(wanted),
    );
  return (
    <Panel title={plural('checks.title', report.checks.length)}>
      <div class="row tools-row">
        <Choice
          label={t('checks.outcome')}
          value={outcome.value}
          options={(['all', ...OUTCOMES] as const).map((each) => [each, t(`checks.${each}`)])}
          onChange={(chosen) => {
            outcome.value = chosen;
          }}
        />
        <FilterInput label={t('checks.filter')} text={filter} />
      </div>
      {shown.length === 0 && <Empty title={t('checks.noMatch')} />}
      <ul class="check-list">
        {shown.map((check) => (
          <CheckRow key={check.id} check={check} chapter={order.value.get(check.id)} />
        ))}
      </ul>
    </Panel>
  );
}

function CheckRow({ check, chapter }: { check: CheckResult; chapter: Chapter | undefined }) {
  return (
    <li>
      <details>
        <summary>
          <Badge
            tone={
              check.outcome === 'problem' && chapter !== undefined
                ? SEVERITY_TONES[chapter.severity]
                : TONES[check.outcome]
            }
          >
            {t(`checks.${check.outcome}`)}
          </Badge>
          <span class="check-title">{chapter === undefined ? check.id : wireSentence(chapter.title)}</span>
          <code class="muted">{check.id}</code>
        </summary>
        <div class="finding-body">
          {check.reason !== undefined && (
            <p>
              <Outside text={wireSentence(check.reason)} maxChars={600} />
            </p>
          )}
          {chapter !== undefined && (
            <>
              <p>{wireSentence(chapter.why)}</p>
              {wireSentence(chapter.manual)
                .split('\n\n')
                .map((paragraph) => (
                  <p key={paragraph} class="muted">
                    {paragraph}
                  </p>
                ))}
              {chapter.fixRisk !== undefined && (
                <p class="note">
                  {t('checks.fixable')} {wireSentence(chapter.fixRisk)}
                </p>
              )}
              {chapter.causes.length > 0 && (
                <p class="note">
                  {t('checks.hiddenBy')} <code>{chapter.causes.join(', ')}</code>
                </p>
              )}
            </>
          )}
          <p class="note">{t('checks.took', { ms: check.durationMs.toFixed(1) })}</p>
        </div>
      </details>
    </li>
  );
}
