import { useComputed, useSignal } from '@preact/signals';
import { useApp, useResource } from '../../app.ts';
import { type AuditRow, type AuditVerdict, checkAudit, loadAudit } from '../../data/audit.ts';
import { nodeName } from '../../data/node-name.ts';
import { createResource, type Resource } from '../../data/resource.ts';
import type { Link } from '../../link/link.ts';
import { ActionButton } from '../../parts/action-button.tsx';
import { Age } from '../../parts/age.tsx';
import { Badge, Empty, Notice } from '../../parts/badge.tsx';
import { Choice } from '../../parts/choice.tsx';
import { FilterInput } from '../../parts/filter-input.tsx';
import { InlineCode } from '../../parts/inline-code.tsx';
import { Outside } from '../../parts/outside-text.tsx';
import { Loading, Panel } from '../../parts/panel.tsx';
import { plural, t } from '../../text/translate.ts';
import { AuditWhat } from './audit-what.tsx';

/** Rows the gateway is asked for; the filter works on these. */
const ROWS = 500;
const SHOWN = 60;
const KINDS = ['ask', 'answer', 'run', 'policy'] as const;
type Kind = (typeof KINDS)[number];

/** The latest rows; changes of rules come without an event, whoever makes one asks again. */
export function createAudit(link: Link): Resource<AuditRow[]> {
  return createResource<AuditRow[]>(link, {
    load: () => loadAudit(link, { limit: ROWS }),
    events: ['exec.approval.requested', 'exec.approval.resolved'],
    everyMs: 15_000,
  });
}

/** Who asked, who answered, what ran and how it ended; a chain that shows when somebody changed it. */
export function AuditLog({ log }: { log: Resource<AuditRow[]> }) {
  const { link, nodes } = useApp();
  useResource(log);
  const filter = useSignal('');
  const kind = useSignal<Kind | 'all'>('all');
  const verdict = useSignal<AuditVerdict | undefined>(undefined);
  const names = useComputed(
    () => new Map((nodes.value.value ?? []).map((node) => [node.nodeId, nodeName(node)])),
  );
  const nameOf = (subject: string) =>
    names.value.get(subject) ??
    (subject === 'gateway'
      ? t('policy.gatewayHost')
      : subject === 'any node'
        ? t('audit.anyNode')
        : subject.slice(0, 12));
  const wanted = filter.value.trim().toLowerCase();
  const rows = (log.value.value ?? []).filter(
    ({ action, subject, detail }) =>
      (kind.value === 'all' || action.startsWith(PREFIXES[kind.value])) &&
      (wanted === '' || `${nameOf(subject)} ${JSON.stringify(detail ?? {})}`.toLowerCase().includes(wanted)),
  );
  return (
    <Panel
      title={t('audit.title')}
      of={log}
      note={t('audit.note')}
      actions={
        <ActionButton
          run={async () => {
            verdict.value = undefined;
            verdict.value = await checkAudit(link);
          }}
        >
          {t('audit.check')}
        </ActionButton>
      }
    >
      {verdict.value?.kind === 'intact' && (
        <Notice tone="good">
          {t('audit.intact', { rows: verdict.value.rows, head: verdict.value.head.slice(0, 16) })}
        </Notice>
      )}
      {verdict.value?.kind === 'broken' && (
        <Notice tone="bad">
          <p>
            {t('audit.broken', { row: verdict.value.seq })} <Outside text={verdict.value.reason} />
          </p>
        </Notice>
      )}
      <div class="row tools-row">
        <Choice
          label={t('audit.kind')}
          value={kind.value}
          options={(['all', ...KINDS] as const).map((each) => [each, t(`audit.kind.${each}`)])}
          onChange={(chosen) => {
            kind.value = chosen;
          }}
        />
        <FilterInput label={t('audit.filter')} text={filter} />
      </div>
      {log.value.value === undefined && <Loading />}
      {log.value.value !== undefined && rows.length === 0 && (
        <Empty title={log.value.value.length === 0 ? t('audit.none') : t('audit.noMatch')} />
      )}
      <ul class="list">
        {rows.slice(0, SHOWN).map((row) => (
          <li key={row.seq} class="list-row audit-row">
            <Badge tone="idle">
              <Outside text={nameOf(row.subject)} maxChars={40} />
            </Badge>
            <AuditWhat row={row} />
            <span class="muted small end">
              <Outside text={row.detail?.by ?? row.actor.slice(0, 12)} maxChars={60} /> ·{' '}
              <Age atMs={row.atMs} />
            </span>
          </li>
        ))}
      </ul>
      {rows.length > SHOWN && (
        <p class="note">
          <InlineCode text={plural('audit.more', rows.length - SHOWN)} />
        </p>
      )}
    </Panel>
  );
}

const PREFIXES: Readonly<Record<Kind, string>> = {
  ask: 'exec.ask',
  answer: 'exec.answer',
  run: 'exec.run',
  policy: 'exec.policy',
};
