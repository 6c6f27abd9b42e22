import { useSignal } from '@preact/signals';
import { useApp } from '../../app.ts';
import { runs } from '../../data/runs.ts';
import type { Node } from '../../data/wire.ts';
import { Age } from '../../parts/age.tsx';
import { Badge } from '../../parts/badge.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Outside } from '../../parts/outside-text.tsx';
import { t } from '../../text/translate.ts';
import { ManageNode } from './manage-node.tsx';
import { RunForm } from './run-form.tsx';
import { RunView } from './run-view.tsx';

/** One node: state first, then what may be done with it in that state. */
export function NodeCard({ node }: { node: Node }) {
  const { link } = useApp();
  const open = useSignal<'run' | 'manage' | undefined>(undefined);
  const name = node.displayName ?? node.nodeId.slice(0, 12);
  const canRun = node.connected && node.commands.includes('system.run') && link.may('operator.write');
  const own = runs.value.filter((run) => run.nodeId === node.nodeId);
  const toggle = (what: 'run' | 'manage') => () => {
    open.value = open.value === what ? undefined : what;
  };
  return (
    <li class="card">
      <div class="card-head">
        <h3>
          <Outside text={name} maxChars={80} />
        </h3>
        <Badge tone={node.connected ? 'good' : 'idle'}>
          {node.connected ? t('nodes.connected') : t('nodes.offline')}
        </Badge>
        {!node.paired && <Badge tone="warn">{t('nodes.unpaired')}</Badge>}
        {(node.twins ?? 0) > 1 && <Badge tone="bad">{t('nodes.twins', { count: node.twins ?? 0 })}</Badge>}
      </div>
      <p class="muted">
        <Outside
          text={[node.platform, node.version, node.remoteIp].filter(Boolean).join(' · ')}
          maxChars={160}
        />
        {node.connectedAtMs !== undefined && (
          <>
            {' · '}
            {t('nodes.since')} <Age atMs={node.connectedAtMs} />
          </>
        )}
      </p>
      {(node.twins ?? 0) > 1 && <p class="note">{t('nodes.twinsHelp')}</p>}
      <div class="row">
        {canRun && (
          <button
            type="button"
            class="button"
            aria-expanded={open.value === 'run'}
            aria-label={t('run.openName', { name })}
            onClick={toggle('run')}
          >
            <Icon name="play" />
            {t('run.open')}
          </button>
        )}
        {node.paired && link.may('operator.pairing') && (
          <button
            type="button"
            class="button ghost"
            aria-expanded={open.value === 'manage'}
            aria-label={t('manage.openName', { name })}
            onClick={toggle('manage')}
          >
            {t('manage.open')}
          </button>
        )}
      </div>
      {open.value === 'run' && canRun && <RunForm node={node} name={name} />}
      {open.value === 'manage' && <ManageNode node={node} name={name} />}
      {own.length > 0 && (
        <ol class="runs">
          {own.map((run) => (
            <RunView key={run.id} run={run} />
          ))}
        </ol>
      )}
    </li>
  );
}
