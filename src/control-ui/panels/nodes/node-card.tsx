import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { useApp } from '../../app.ts';
import { isDrifted } from '../../data/node-drift.ts';
import { nodeName } from '../../data/node-name.ts';
import { runs } from '../../data/runs.ts';
import type { Node } from '../../data/wire.ts';
import { wish } from '../../data/wish.ts';
import { Age } from '../../parts/age.tsx';
import { Badge, Notice } from '../../parts/badge.tsx';
import { Icon, type IconName } from '../../parts/icon.tsx';
import { Outside } from '../../parts/outside-text.tsx';
import { writtenOut } from '../../parts/visible-text.ts';
import { type TextKey, t } from '../../text/translate.ts';
import { ManageNode } from './manage-node.tsx';
import { NodeLoad } from './node-load.tsx';
import { RunForm } from './run-form.tsx';
import { RunHistory } from './run-history.tsx';
import { RunView } from './run-view.tsx';

type Drawer = 'run' | 'history' | 'manage';

/** One node: state first, then what may be done with it in that state. */
export function NodeCard({ node }: { node: Node }) {
  const { link } = useApp();
  const open = useSignal<Drawer | undefined>(undefined);
  const draft = useSignal('');
  useEffect(() => {
    if (wish.value?.kind !== 'run' || wish.value.nodeId !== node.nodeId) return;
    wish.value = undefined;
    open.value = 'run';
  }, [wish.value, node.nodeId]);
  const name = writtenOut(nodeName(node), { maxChars: 80 });
  const canRun = node.connected && node.commands.includes('system.run') && link.may('operator.write');
  const own = runs.value.filter((run) => run.nodeId === node.nodeId);
  const drawer = (what: Drawer, icon: IconName, words: { short: TextKey; long: TextKey }) => (
    <button
      type="button"
      class={what === 'run' ? 'button small' : 'button ghost small'}
      aria-expanded={open.value === what}
      aria-label={t(words.long, { name })}
      onClick={() => {
        open.value = open.value === what ? undefined : what;
      }}
    >
      <Icon name={icon} />
      {t(words.short)}
    </button>
  );
  return (
    <li class="card node">
      <div class="card-head">
        <h3>
          <Outside text={nodeName(node)} maxChars={80} />
        </h3>
        <Badge tone={node.connected ? 'good' : 'idle'}>
          {node.connected ? t('nodes.connected') : t('nodes.offline')}
        </Badge>
        {!node.paired && <Badge tone="warn">{t('nodes.unpaired')}</Badge>}
        {(node.twins ?? 0) > 1 && <Badge tone="bad">{t('nodes.twins', { count: node.twins ?? 0 })}</Badge>}
        {isDrifted(node, link.server.value?.version) && (
          <Badge tone="warn">
            {t('nodes.drift', { version: writtenOut(node.version ?? '', { maxChars: 40 }) })}
          </Badge>
        )}
      </div>
      <p class="muted small">
        <Outside
          text={[node.platform, node.version, node.remoteIp].filter(Boolean).join(' · ')}
          maxChars={160}
        />
        <Since node={node} />
      </p>
      {(node.twins ?? 0) > 1 && <Notice tone="bad">{t('nodes.twinsHelp')}</Notice>}
      {node.connected && <NodeLoad nodeId={node.nodeId} />}
      <div class="row tools">
        {canRun && drawer('run', 'terminal', { short: 'run.open', long: 'run.openName' })}
        {link.may('operator.approvals') &&
          drawer('history', 'history', { short: 'history.open', long: 'history.openName' })}
        {node.paired &&
          link.may('operator.pairing') &&
          drawer('manage', 'config', { short: 'manage.open', long: 'manage.openName' })}
      </div>
      {open.value === 'run' && canRun && <RunForm node={node} name={name} text={draft} />}
      {open.value === 'history' && (
        <RunHistory
          nodeId={node.nodeId}
          {...(canRun
            ? {
                onRepeat: (command: string) => {
                  draft.value = command;
                  open.value = 'run';
                },
              }
            : {})}
        />
      )}
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

/** Since when it is connected, or when it was last heard of and how that ended. */
function Since({ node }: { node: Node }) {
  if (node.connected && node.connectedAtMs !== undefined) {
    return (
      <>
        {' · '}
        {t('nodes.since')} <Age atMs={node.connectedAtMs} />
      </>
    );
  }
  if (node.lastSeenAtMs === undefined) return null;
  return (
    <span title={writtenOut(node.lastSeenReason ?? '')}>
      {' · '}
      {t('nodes.lastSeen')} <Age atMs={node.lastSeenAtMs} />
    </span>
  );
}
