import type { Resource } from '../../data/resource.ts';
import type { ListenerView, ServiceStatus } from '../../data/service-wire.ts';
import { Badge, type Tone } from '../../parts/badge.tsx';
import { Command } from '../../parts/command.tsx';
import { Outside } from '../../parts/outside-text.tsx';
import { Loading, Panel } from '../../parts/panel.tsx';
import { t } from '../../text/translate.ts';

const TONES: Readonly<Record<ListenerView['class'], Tone>> = {
  ours: 'good',
  sibling: 'warn',
  foreign: 'bad',
  unknown: 'idle',
};

/** Where the gateway can be reached, and who really holds those addresses. */
export function Reach({ status }: { status: Resource<ServiceStatus | null> }) {
  const known = status.value.value;
  return (
    <Panel title={t('reach.title')} of={status}>
      {known === undefined && <Loading />}
      {known === null && <p class="note">{t('service.cannotTell')}</p>}
      {known != null && (
        <>
          <ul class="list">
            {known.listeners.map((listener) => (
              <ListenerRow key={`${listener.address} ${listener.port}`} listener={listener} />
            ))}
          </ul>
          <h3 class="sub">{t('reach.tailnet')}</h3>
          {known.route === null ? (
            <>
              <p class="muted">{t('reach.notPublished')}</p>
              <Command text={`tailscale serve --bg --https=${portOf(known)} 127.0.0.1:${portOf(known)}`} />
            </>
          ) : (
            <>
              <Command text={known.route.url} />
              <p class="muted">
                → <Outside text={known.route.target} maxChars={120} />{' '}
                {known.route.isFunnel && <Badge tone="warn">{t('reach.funnel')}</Badge>}
              </p>
            </>
          )}
          {known.unknown.length > 0 && (
            <p class="note">
              {t('reach.unknown')} <Outside text={known.unknown.join('; ')} maxChars={400} />
            </p>
          )}
        </>
      )}
    </Panel>
  );
}

function ListenerRow({ listener }: { listener: ListenerView }) {
  return (
    <li class="list-row">
      <code>
        {listener.address.includes(':') ? `[${listener.address}]` : listener.address}:{listener.port}
      </code>
      <Badge tone={TONES[listener.class]}>{t(`reach.${listener.class}`)}</Badge>
      <span class="muted small whole">
        <Outside
          text={
            listener.holders.length > 0
              ? t('reach.heldBy', {
                  who: listener.holders.map(({ name, pid }) => `${name} (pid ${pid})`).join(', '),
                })
              : (listener.hidden ?? '')
          }
          maxChars={160}
        />
      </span>
    </li>
  );
}

function portOf({ listeners }: ServiceStatus): number | string {
  return listeners.find((listener) => listener.class === 'ours')?.port ?? (location.port || 18789);
}
