import { useApp } from '../../app.ts';
import type { Finding } from '../../data/doctor-wire.ts';
import { t } from '../../text/translate.ts';
import { ToneIcon } from '../badge.tsx';
import { Outside } from '../outside-text.tsx';
import { Evidence } from './evidence.tsx';
import type { FixRequest } from './fix-dialog.tsx';
import { Remedies } from './remedies.tsx';
import { toneOf } from './severity.ts';

/** One finding: what is wrong in a sentence, and, opened, why it matters, the proof, and what helps. */
export function FindingRow({ finding, onFix }: { finding: Finding; onFix: (request: FixRequest) => void }) {
  const { link } = useApp();
  const tone = toneOf(finding);
  // What interrupts a running process is not done over the connection that it would end.
  const canFix =
    finding.fix.available &&
    finding.fix.class !== 'interrupts' &&
    link.may('operator.admin') &&
    link.offers('doctor.fix');
  return (
    <li class="attention-row">
      <details>
        <summary>
          <ToneIcon tone={tone} />
          <span class="attention-text">
            <strong>
              <span class="sr-only">
                {t(`severity.${finding.outcome === 'unknown' ? 'unknown' : finding.severity}`)}:{' '}
              </span>
              <Outside text={finding.title} maxChars={160} />
            </strong>
            <span>
              <Outside text={finding.text} maxChars={600} />
            </span>
          </span>
          <span class="attention-more">{t('finding.details')}</span>
        </summary>
        <div class="finding-body">
          <p class="muted">{finding.why}</p>
          {finding.remedies.length > 0 && (
            <>
              <h3 class="minor">{t('finding.remedies')}</h3>
              <Remedies remedies={finding.remedies} />
            </>
          )}
          <Evidence evidence={finding.evidence} />
          <p class="note">
            <code>{finding.id}</code>
            {finding.hides.length > 0 && ` · ${t('finding.hides', { count: finding.hides.length })}`}
          </p>
        </div>
      </details>
      {canFix && (
        <button
          type="button"
          class="button small"
          aria-label={t('finding.fixName', { title: finding.title })}
          onClick={() => onFix({ ids: [finding.id], title: finding.title })}
        >
          {t('finding.fix')}
        </button>
      )}
    </li>
  );
}
