import type { AuditRow } from '../../data/audit.ts';
import { Badge } from '../../parts/badge.tsx';
import { Outside } from '../../parts/outside-text.tsx';
import { RunEnd } from '../../parts/run-end.tsx';
import { t } from '../../text/translate.ts';

/** What a row of the audit says happened. */
export function AuditWhat({ row }: { row: AuditRow }) {
  const { action, detail = {} } = row;
  switch (action) {
    case 'exec.ask':
      return (
        <>
          <Badge tone="wait">{t('audit.asked')}</Badge>
          <Line text={detail.command} />
        </>
      );
    case 'exec.answer':
      return (
        <>
          <Answer answer={detail.answer} />
          <Line text={detail.approval?.slice(0, 8)} />
        </>
      );
    case 'exec.answer-refused':
      return <Badge tone="idle">{t('audit.tooLate')}</Badge>;
    case 'exec.unanswered':
      return <Badge tone="idle">{t('audit.unanswered')}</Badge>;
    case 'exec.use':
      return <Badge tone="idle">{t('audit.used')}</Badge>;
    case 'exec.policy':
      return (
        <>
          <Badge tone="info">{t('audit.policy')}</Badge>
          <Line text={detail.hash?.slice(0, 12)} />
        </>
      );
    case 'exec.run':
      return (
        <>
          <RunEnd row={row} />
          <Line text={detail.command} />
        </>
      );
    default:
      return <Line text={action} />;
  }
}

function Answer({ answer }: { answer: string | undefined }) {
  switch (answer) {
    case 'allow-once':
      return <Badge tone="good">{t('audit.allowedOnce')}</Badge>;
    case 'allow-always':
      return <Badge tone="good">{t('audit.allowedAlways')}</Badge>;
    default:
      return <Badge tone="bad">{t('audit.denied')}</Badge>;
  }
}

function Line({ text }: { text: string | undefined }) {
  return (
    <code class="grow">
      <Outside text={text ?? ''} maxChars={200} />
    </code>
  );
}
