import { useApp } from '../../app.ts';
import type { Finding } from '../../data/doctor-wire.ts';
import { t } from '../../text/translate.ts';
import { wireSentence } from '../../text/wire-sentence.ts';
import { AttentionRow } from '../attention-row.tsx';
import { Outside } from '../outside-text.tsx';
import { Evidence } from './evidence.tsx';
import type { FixRequest } from './fix-dialog.tsx';
import { Remedies } from './remedies.tsx';
import { toneOf } from './severity.ts';

/** One finding: what is wrong in a sentence, and, opened, why it matters, the proof, and what helps. */
export function FindingRow({ finding, onFix }: { finding: Finding; onFix: (request: FixRequest) => void }) {
  const { link } = useApp();
  const title = wireSentence(finding.title);
  const canFix = finding.fix.available && link.may('operator.admin') && link.offers('doctor.fix');
  return (
    <AttentionRow
      tone={toneOf(finding)}
      toneWord={t(`severity.${finding.outcome === 'unknown' ? 'unknown' : finding.severity}`)}
      title={<Outside text={title} maxChars={160} />}
      text={<Outside text={wireSentence(finding.text)} maxChars={600} />}
      action={
        canFix && (
          <button
            type="button"
            class="button small"
            aria-label={t('finding.fixName', { title })}
            onClick={() => onFix({ ids: [finding.id], title, risk: 'interrupts' })}
          >
            {t('finding.fix')}
          </button>
        )
      }
      details={{ of: title, children: <Details finding={finding} /> }}
    />
  );
}

function Details({ finding }: { finding: Finding }) {
  return (
    <>
      <p class="muted">{wireSentence(finding.why)}</p>
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
    </>
  );
}
