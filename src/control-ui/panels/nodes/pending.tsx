import { useApp } from '../../app.ts';
import { nodeName } from '../../data/node-name.ts';
import type { PairRequest } from '../../data/wire.ts';
import { ActionButton } from '../../parts/action-button.tsx';
import { Age } from '../../parts/age.tsx';
import { Badge } from '../../parts/badge.tsx';
import { Fact } from '../../parts/facts.tsx';
import { Fingerprint } from '../../parts/fingerprint.tsx';
import { Outside } from '../../parts/outside-text.tsx';
import { Panel } from '../../parts/panel.tsx';
import { writtenOut } from '../../parts/visible-text.ts';
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
  const name = nodeName({ ...request, nodeId: request.deviceId });
  const spoken = { name: writtenOut(name, { maxChars: 80 }) };
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
        <Fact name={t('pending.wants')}>
          {request.role === 'node' ? t('pending.asNode') : t('pending.asOperator')}
        </Fact>
        <Fact name={t('pending.from')}>
          <Outside text={request.remoteIp ?? t('pending.unknownAddress')} maxChars={60} />
        </Fact>
        <Fact name={t('pending.program')}>
          <Outside text={[request.clientId, request.platform].filter(Boolean).join(' · ')} maxChars={120} />
        </Fact>
        <Fact name={t('pending.asked')}>
          <Age atMs={request.ts} />
        </Fact>
        <Words name={t('pending.commands')} words={added} />
        <Words name={t('pending.approvedBefore')} words={approved} />
        <Words name={t('pending.rights')} words={request.scopes} />
        <Fact name={t('pending.fingerprint')} isWide>
          <Fingerprint id={request.deviceId} />
        </Fact>
      </dl>
      <div class="row">
        <ActionButton tone="primary" label={t('pending.approveName', spoken)} run={decide('approve')}>
          {t('pending.approve')}
        </ActionButton>
        <ActionButton label={t('pending.rejectName', spoken)} run={decide('reject')}>
          {t('pending.reject')}
        </ActionButton>
      </div>
    </li>
  );
}

/** What it asks for, word by word; nothing when it asks for none of it. */
function Words({ name, words = [] }: { name: string; words?: readonly string[] | undefined }) {
  if (words.length === 0) return null;
  return (
    <Fact name={name}>
      <Outside text={words.join(', ')} />
    </Fact>
  );
}
