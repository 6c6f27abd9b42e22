import { useSignal } from '@preact/signals';
import { useApp } from '../../app.ts';
import type { Node } from '../../data/wire.ts';
import { ActionButton } from '../../parts/action-button.tsx';
import { Confirm } from '../../parts/dialog.tsx';
import { Fact } from '../../parts/facts.tsx';
import { Fingerprint } from '../../parts/fingerprint.tsx';
import { t } from '../../text/translate.ts';

/** Rename, revoke, forget; what cannot be taken back asks first and says what it reaches. */
export function ManageNode({ node, name }: { node: Node; name: string }) {
  const { link, nodes, pairing } = useApp();
  const newName = useSignal(node.displayName ?? '');
  const asking = useSignal<'revoke' | 'forget' | undefined>(undefined);
  const { nodeId } = node;
  const ask = (what: 'revoke' | 'forget' | undefined) => () => {
    asking.value = what;
  };
  const finish = async () => {
    asking.value = undefined;
    await Promise.all([nodes.refresh(), pairing.refresh()]);
  };
  return (
    <div class="stack manage">
      <dl class="facts">
        <Fact name={t('pending.fingerprint')} isWide>
          <Fingerprint id={nodeId} />
        </Fact>
      </dl>
      <form class="row" onSubmit={(event) => event.preventDefault()}>
        <input
          class="input"
          aria-label={t('manage.newName', { name })}
          value={newName.value}
          onInput={(event) => {
            newName.value = event.currentTarget.value;
          }}
        />
        <ActionButton
          type="submit"
          run={async () => {
            await link.call('node.rename', { nodeId, displayName: newName.value });
            await finish();
          }}
          disabled={newName.value.trim() === ''}
        >
          {t('manage.rename')}
        </ActionButton>
        <button type="button" class="button danger" onClick={ask('revoke')}>
          {t('manage.revoke')}
        </button>
        <button type="button" class="button danger" onClick={ask('forget')}>
          {t('manage.forget')}
        </button>
      </form>
      {asking.value === 'revoke' && (
        <Confirm
          title={t('manage.revokeTitle', { name })}
          onClose={ask(undefined)}
          action={
            <ActionButton
              tone="danger"
              run={async () => {
                await link.call('device.token.revoke', { deviceId: nodeId, role: 'node' });
                await finish();
              }}
            >
              {t('manage.revoke')}
            </ActionButton>
          }
        >
          <p>{t('manage.revokeAbout')}</p>
        </Confirm>
      )}
      {asking.value === 'forget' && (
        <Confirm
          title={t('manage.forgetTitle', { name })}
          onClose={ask(undefined)}
          action={
            <ActionButton
              tone="danger"
              run={async () => {
                await link.call('device.pair.remove', { deviceId: nodeId });
                await finish();
              }}
            >
              {t('manage.forget')}
            </ActionButton>
          }
        >
          <p>{t('manage.forgetAbout')}</p>
        </Confirm>
      )}
    </div>
  );
}
