import { useApp } from '../../app.ts';
import type { Report } from '../../data/doctor-wire.ts';
import { Badge, Empty } from '../../parts/badge.tsx';
import { FindingRow } from '../../parts/doctor/finding-row.tsx';
import { type FixRequest, useFixDialog } from '../../parts/doctor/fix-dialog.tsx';
import { worstFirst } from '../../parts/doctor/severity.ts';
import { InlineCode } from '../../parts/inline-code.tsx';
import { Loading, Panel } from '../../parts/panel.tsx';
import { plural, t } from '../../text/translate.ts';
import { Checks } from './checks.tsx';

/** What the doctor found, worst first, and every check it made. */
export function Doctor() {
  const { doctor } = useApp();
  const report = doctor.value.value;
  const { onFix, dialog } = useFixDialog();
  return (
    <div class="stack wide">
      <Panel
        title={t('doctor.findings')}
        of={doctor}
        badge={report != null && <Summary report={report} />}
        actions={report != null && <FixSafe report={report} onFix={onFix} />}
      >
        {report === undefined && doctor.error.value === undefined && <Loading />}
        {report === null && (
          <Empty title={t('doctor.none')}>
            <p>
              <InlineCode text={t('doctor.noneHelp')} />
            </p>
          </Empty>
        )}
        {report?.findings.length === 0 && (
          <Empty title={t('doctor.healthy')}>
            <p>{t('doctor.healthyHelp', { count: report.summary.ok, ms: Math.round(report.durationMs) })}</p>
          </Empty>
        )}
        {report != null && report.findings.length > 0 && (
          <ul class="attention-list">
            {worstFirst(report.findings).map((finding) => (
              <FindingRow key={finding.id} finding={finding} onFix={onFix} />
            ))}
          </ul>
        )}
        {dialog}
      </Panel>
      {report != null && <Checks report={report} />}
    </div>
  );
}

function Summary({ report }: { report: Report }) {
  const { error, warning, advice, unknown } = report.summary;
  return (
    <span class="row">
      {error > 0 && <Badge tone="bad">{plural('doctor.errors', error)}</Badge>}
      {warning > 0 && <Badge tone="warn">{plural('doctor.warnings', warning)}</Badge>}
      {advice > 0 && <Badge tone="info">{plural('doctor.advice', advice)}</Badge>}
      {unknown > 0 && <Badge tone="idle">{plural('doctor.unknown', unknown)}</Badge>}
    </span>
  );
}

/** All repairs that nothing running notices, in one go; shown before like any other. */
function FixSafe({ report, onFix }: { report: Report; onFix: (request: FixRequest) => void }) {
  const { link } = useApp();
  const ids = report.findings.filter(({ fix }) => fix.available && fix.class === 'safe').map(({ id }) => id);
  if (ids.length === 0 || !link.may('operator.admin')) return null;
  return (
    <button
      type="button"
      class="button"
      onClick={() => onFix({ ids, title: t('doctor.fixSafeTitle'), risk: 'safe' })}
    >
      {t('doctor.fixSafe', { count: ids.length })}
    </button>
  );
}
