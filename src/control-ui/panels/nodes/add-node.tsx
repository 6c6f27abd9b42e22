import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { useApp } from '../../app.ts';
import { serviceStatusSchema } from '../../data/service-wire.ts';
import { Badge, Notice } from '../../parts/badge.tsx';
import { Command } from '../../parts/command.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { t } from '../../text/translate.ts';
import { type Address, addressOf, isReachableElsewhere, nodeInstallLine } from './install-line.ts';
import { PendingCard } from './pending.tsx';
import { QrCode } from './qr-code.tsx';

/** How to make another machine a node: two lines there, one decision here, which can be made in this very dialog. */
export function AddNode({ onClose }: { onClose: () => void }) {
  const { link, pairing } = useApp();
  const name = useSignal('');
  const address = useSignal<Address>(addressOf(location));
  // From loopback the tailnet name is the one that works elsewhere, if there is one.
  useEffect(() => {
    if (isReachableElsewhere(location.hostname) || !link.offers('service.status')) return;
    link.call('service.status', {}).then(
      (answer) => {
        const route = serviceStatusSchema.safeParse(answer).data?.route;
        if (route != null && URL.canParse(route.url)) address.value = addressOf(new URL(route.url));
      },
      () => {},
    );
  }, [link]);
  const line = nodeInstallLine(address.value, name.value);
  const pending = (pairing.value.value?.pending ?? []).filter(({ role }) => role === 'node');
  return (
    <Dialog title={t('addNode.title')} onClose={onClose}>
      <ol class="steps">
        <li>
          <p>{t('addNode.token')}</p>
          <Command text="read -rs CLAWDBOT_GATEWAY_TOKEN && export CLAWDBOT_GATEWAY_TOKEN" />
        </li>
        <li>
          <p>{t('addNode.install')}</p>
          <label class="field">
            <span>{t('addNode.name')}</span>
            <input
              class="input"
              placeholder="desktop"
              maxLength={80}
              value={name.value}
              onInput={(event) => {
                name.value = event.currentTarget.value;
              }}
            />
          </label>
          <Command text={line} />
          {!isReachableElsewhere(address.value.hostname) && (
            <Notice tone="warn">{t('addNode.loopback', { host: address.value.hostname })}</Notice>
          )}
          <details>
            <summary>{t('addNode.qr')}</summary>
            <QrCode text={line} label={t('addNode.qr')} />
          </details>
        </li>
        <li>
          <p>{t('addNode.approve')}</p>
          {pending.length === 0 ? (
            <p>
              <Badge tone="wait">{t('addNode.waiting')}</Badge>
            </p>
          ) : (
            <ul class="cards single">
              {pending.map((request) => (
                <PendingCard key={request.requestId} request={request} />
              ))}
            </ul>
          )}
        </li>
      </ol>
    </Dialog>
  );
}
