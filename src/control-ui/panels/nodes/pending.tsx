import { useApp } from '../../app.ts';
import type { PairRequest } from '../../data/wire.ts';
import { ActionButton } from '../../parts/action-button.tsx';
import { Age } from '../../parts/age.tsx';
import { Badge } from '../../parts/badge.tsx';
import { Fingerprint } from '../../parts/fingerprint.tsx';
import { Outside } from '../../parts/outside-text.tsx';
import { Panel } from '../../parts/panel.tsx';
import { plural, t } from '../../text/translate.ts';

/** Devices that want in. Absent when there are none. */
export function Pending() {
  const { pairing } = useApp();
  const pending = pairing.value.value?.pending ?? [];
  if (pending.length === 0) return null;
  return (
    <Panel title={plural('pending.title', pending.length)} of={pairing} note={t('pending.note')}>
      <ul class="cards single">
        {pending.map((request) => (
          <PendingCard key={request.requestId} request={request} />
        ))}
      </ul>
    </Panel>
  );
}

export function PendingCard({ request }: { request: PairRequest }) {
  const { link, pairing } = useApp();
  const name = request.displayName ?? request.deviceId.slice(0, 12);
  const { approved, commands = [] } = request;
  const added = commands.filter((command) => approved?.includes(command) !== true);
  const decide = (verb: 'approve' | 'reject') => async () => {
    try {
      await link.call(`${approved === undefined ? 'device' : 'node'}.pair.${verb}`, {
        requestId: request.requestId,
      });
    } finally {
      await pairing.refresh();
    }
  };
  return (
    <li class="card attention">
      <div class="card-head">
        <h3>
          <Outside text={name} maxChars={80} />
        </h3>
        <Badge tone="wait">{request.isRepair === true ? t('pending.again') : t('pending.new')}</Badge>
      </div>
      <dl class="facts compact">
        <div>
          <dt>{t('pending.wants')}</dt>
          <dd>
            {request.role === 'node' ? t('pending.asNode') : t('pending.asOperator')}
            {added.length > 0 && (
              <>
                {': '}
                <Outside text={added.map((command) => `+${command}`).join(', ')} />
              </>
            )}
            {approved !== undefined && approved.length > 0 && (
              <>
                {' '}
                <Outside text={`(${approved.join(', ')})`} />
              </>
            )}
            {request.scopes !== undefined && request.scopes.length > 0 && (
              <>
                {' '}
                <Outside text={request.scopes.join(', ')} />
              </>
            )}
          </dd>
        </div>
        <div>
          <dt>{t('pending.from')}</dt>
          <dd>
            <Outside text={request.remoteIp ?? t('pending.unknownAddress')} maxChars={60} />
          </dd>
        </div>
        <div>
          <dt>{t('pending.program')}</dt>
          <dd>
            <Outside text={[request.clientId, request.platform].filter(Boolean).join(' · ')} maxChars={120} />
          </dd>
        </div>
        <div class="wide">
          <dt>{t('pending.fingerprint')}</dt>
          <dd>
            <Fingerprint id={request.deviceId} />
          </dd>
        </div>
        <div>
          <dt>{t('pending.asked')}</dt>
          <dd>
            <Age atMs={request.ts} />
          </dd>
        </div>
      </dl>
      <div class="row">
        <ActionButton tone="primary" label={t('pending.approveName', { name })} run={decide('approve')}>
          {t('pending.approve')}
        </ActionButton>
        <ActionButton label={t('pending.rejectName', { name })} run={decide('reject')}>
          {t('pending.reject')}
        </ActionButton>
      </div>
    </li>
  );
}
