import { useMemo } from 'preact/hooks';
import { useApp } from '../../app.ts';
import { openApprovals } from '../../data/attention.ts';
import { gatewayNowMs } from '../../data/clock.ts';
import { Empty } from '../../parts/badge.tsx';
import { Loading, Panel } from '../../parts/panel.tsx';
import { t } from '../../text/translate.ts';
import { ApprovalCard } from './approval-card.tsx';
import { AuditLog, createAudit } from './audit-log.tsx';
import { PolicyEditor } from './policy-editor.tsx';

/** Questions that wait for an answer, and the rules that decide which commands become questions. */
export function Approvals() {
  const { approvals, link } = useApp();
  const audit = useMemo(() => createAudit(link), [link]);
  const known = approvals.value.value;
  const open = openApprovals(known, gatewayNowMs.value);
  return (
    <div class="stack wide">
      <Panel title={t('queue.title')} of={approvals}>
        {known === undefined && <Loading />}
        {known !== undefined && open.length === 0 && (
          <Empty title={t('queue.empty')}>
            <p>{t('queue.emptyHelp')}</p>
          </Empty>
        )}
        <ul class="cards single">
          {open.map((approval) => (
            <li key={approval.id}>
              <ApprovalCard approval={approval} />
            </li>
          ))}
        </ul>
      </Panel>
      {link.may('operator.admin') && <PolicyEditor onSaved={() => void audit.refresh()} />}
      <AuditLog log={audit} />
    </div>
  );
}
