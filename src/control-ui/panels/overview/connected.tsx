import { useApp, useResource } from '../../app.ts';
import { perLink } from '../../data/per-link.ts';
import { createResource } from '../../data/resource.ts';
import { listOf, type Presence, presenceSchema } from '../../data/wire.ts';
import { Age } from '../../parts/age.tsx';
import { Empty } from '../../parts/badge.tsx';
import { Outside } from '../../parts/outside-text.tsx';
import { Loading, Panel } from '../../parts/panel.tsx';
import { t } from '../../text/translate.ts';

/** Enough to see who is there; the nodes have a page of their own. */
const SHOWN = 12;

const presenceOf = perLink((link) =>
  createResource(link, {
    load: async () => listOf(presenceSchema, await link.call('system-presence', {})),
    events: ['presence'],
    everyMs: 60_000,
    isLate: true,
  }),
);

/** Programs and people connected lately (presence, gateway-protocol §14). */
export function Connected() {
  const { link } = useApp();
  const presence = presenceOf(link);
  useResource(presence);
  const known = presence.value.value;
  // Who is there before who left.
  const entries = known && [...known].sort((a, b) => Number(hasLeft(a)) - Number(hasLeft(b)));
  return (
    <Panel title={t('connected.title')} of={presence}>
      {entries === undefined && <Loading />}
      {entries?.length === 0 && <Empty title={t('connected.nobody')} />}
      <ul class="list">
        {entries?.slice(0, SHOWN).map((entry) => (
          <li key={entry.deviceId ?? entry.instanceId ?? entry.host} class="list-row">
            <strong>
              <Outside text={entry.host ?? '—'} maxChars={80} />
            </strong>
            <span class="muted">
              <Outside
                text={[entry.mode, entry.platform, entry.version, entry.ip].filter(Boolean).join(' · ')}
                maxChars={160}
              />
            </span>
            <span class="muted end">
              {hasLeft(entry) ? t('connected.left') : t('connected.seen')} <Age atMs={entry.ts} />
            </span>
          </li>
        ))}
      </ul>
      {entries !== undefined && entries.length > SHOWN && (
        <p class="note">{t('connected.more', { count: entries.length - SHOWN })}</p>
      )}
    </Panel>
  );
}

function hasLeft({ reason }: Presence): boolean {
  return reason === 'disconnect';
}
