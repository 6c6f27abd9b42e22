import type { AuditRow } from '../data/audit.ts';
import { t } from '../text/translate.ts';
import { Badge } from './badge.tsx';
import { writtenOut } from './visible-text.ts';

/** How a run of the audit ended, in a word. */
export function RunEnd({ row: { detail } }: { row: AuditRow }) {
  const { outcome, exitCode, signal, error } = detail ?? {};
  if (outcome === 'refused') return <Badge tone="warn">{t('runEnd.refused')}</Badge>;
  if (outcome === 'timed-out') return <Badge tone="bad">{t('run.timedOut')}</Badge>;
  if (exitCode === 0) return <Badge tone="good">{t('run.ok')}</Badge>;
  if (exitCode !== undefined) return <Badge tone="bad">{t('run.status', { status: exitCode })}</Badge>;
  if (signal !== undefined)
    return <Badge tone="bad">{t('run.signal', { signal: writtenOut(signal, { maxChars: 40 }) })}</Badge>;
  return (
    <Badge tone="bad">
      <span title={writtenOut(error ?? '')}>{t('runEnd.failed')}</span>
    </Badge>
  );
}
