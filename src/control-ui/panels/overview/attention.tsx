import { useApp } from '../../app.ts';
import { openApprovals } from '../../data/attention.ts';
import { gatewayNowMs } from '../../data/clock.ts';
import { driftedNodes } from '../../data/node-drift.ts';
import { AttentionRow } from '../../parts/attention-row.tsx';
import { Badge, type Tone } from '../../parts/badge.tsx';
import { FindingRow } from '../../parts/doctor/finding-row.tsx';
import { useFixDialog } from '../../parts/doctor/fix-dialog.tsx';
import { worstFirst } from '../../parts/doctor/severity.ts';
import { Icon } from '../../parts/icon.tsx';
import { Panel } from '../../parts/panel.tsx';
import { plural, t } from '../../text/translate.ts';

/** More than this is for the page of the doctor. */
const SHOWN = 5;

/** Everything that wants somebody, each with the way to settle it. One quiet line when there is nothing. */
export function Attention() {
  const { pairing, approvals, nodes, doctor, link } = useApp();
  const { onFix, dialog } = useFixDialog();
  const devices = pairing.value.value?.pending.length ?? 0;
  const commands = openApprovals(approvals.value.value, gatewayNowMs.value).length;
  const twins = (nodes.value.value ?? []).filter((node) => (node.twins ?? 0) > 1).length;
  const drifted = driftedNodes(nodes.value.value ?? [], link.server.value?.version).length;
  const report = doctor.value.value;
  const findings = worstFirst(report?.findings ?? []).filter(({ severity }) => severity !== 'advice');
  const isQuiet = devices + commands + twins + drifted + findings.length === 0;
  return (
    <Panel
      title={t('attention.title')}
      of={doctor}
      actions={
        <a class="button ghost small disclosure" href="#/doctor">
          {t('attention.allChecks')}
          <Icon name="chevron" />
        </a>
      }
    >
      {isQuiet && (
        <p class="row">
          <Badge tone={report == null ? 'idle' : 'good'}>
            {t(report == null ? 'attention.nothingYet' : 'attention.nothing')}
          </Badge>
          <span class="muted">
            {report == null ? t('attention.noDoctor') : plural('attention.checked', report.summary.ok)}
          </span>
        </p>
      )}
      {!isQuiet && (
        <ul class="attention-list">
          {devices > 0 && (
            <Elsewhere
              tone="wait"
              title={plural('overview.devicesWait', devices)}
              href="#/nodes"
              verb={t('overview.decide')}
            />
          )}
          {commands > 0 && (
            <Elsewhere
              tone="wait"
              title={plural('overview.commandsWait', commands)}
              href="#/approvals"
              verb={t('overview.answer')}
            />
          )}
          {twins > 0 && (
            <Elsewhere
              tone="bad"
              title={plural('attention.twins', twins)}
              text={t('nodes.twinsHelp')}
              href="#/nodes"
              verb={t('overview.look')}
            />
          )}
          {drifted > 0 && (
            <Elsewhere
              tone="warn"
              title={plural('attention.drift', drifted)}
              text={t('nodes.driftHelp')}
              href="#/nodes"
              verb={t('overview.look')}
            />
          )}
          {findings.slice(0, SHOWN).map((finding) => (
            <FindingRow key={finding.id} finding={finding} onFix={onFix} />
          ))}
        </ul>
      )}
      {findings.length > SHOWN && (
        <p class="note">
          <a href="#/doctor">{t('attention.more', { count: findings.length - SHOWN })}</a>
        </p>
      )}
      {dialog}
    </Panel>
  );
}

/** Something that is settled on another page. */
function Elsewhere(props: { tone: Tone; title: string; text?: string; href: string; verb: string }) {
  const { href, verb, ...row } = props;
  return (
    <AttentionRow
      {...row}
      action={
        <a class="button small" href={href}>
          {verb}
        </a>
      }
    />
  );
}
