import { useMemo } from 'preact/hooks';
import { useApp, useResource } from '../../app.ts';
import { type AuditRow, loadAudit } from '../../data/audit.ts';
import { createResource } from '../../data/resource.ts';
import { Age, Freshness } from '../../parts/age.tsx';
import { Empty } from '../../parts/badge.tsx';
import { Outside } from '../../parts/outside-text.tsx';
import { Loading } from '../../parts/panel.tsx';
import { RunEnd } from '../../parts/run-end.tsx';
import { t } from '../../text/translate.ts';

/** Rows read: questions and answers are among them, so this is about a hundred runs. */
const ROWS = 300;
const SHOWN = 20;

/** What ran on a node, whoever asked for it; from the audit, so it is there after a restart too. */
export function RunHistory({ nodeId, onRepeat }: { nodeId: string; onRepeat?: (command: string) => void }) {
  const { link } = useApp();
  const history = useMemo(
    () =>
      createResource<AuditRow[]>(link, {
        load: async () =>
          (await loadAudit(link, { nodeId, limit: ROWS })).filter(({ action }) => action === 'exec.run'),
        everyMs: 15_000,
      }),
    [link, nodeId],
  );
  useResource(history);
  const rows = history.value.value;
  return (
    <div class="stack tight inset">
      <div class="row">
        <h4>{t('history.title')}</h4>
        <span class="end">
          <Freshness of={history} />
        </span>
      </div>
      {rows === undefined && <Loading />}
      {rows?.length === 0 && <Empty title={t('history.none')} />}
      <ul class="list">
        {rows?.slice(0, SHOWN).map((row) => (
          <li key={row.seq} class="list-row">
            <code class="grow">
              <Outside text={row.detail?.command ?? ''} maxChars={200} />
            </code>
            <RunEnd row={row} />
            <span class="muted small grow">
              <Outside text={row.detail?.by ?? ''} maxChars={60} /> · <Age atMs={row.atMs} />
            </span>
            {onRepeat !== undefined && row.detail?.command !== undefined && (
              <button
                type="button"
                class="button ghost small"
                onClick={() => onRepeat(row.detail?.command ?? '')}
              >
                {t('history.again')}
              </button>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}
